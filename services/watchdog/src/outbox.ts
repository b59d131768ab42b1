import type { Channel } from './channels.ts'
import type { Message } from './message.ts'
import type { Report } from './report.ts'

/** Messages that a channel has not taken; more than a night's. */
const maxWaiting = 100

/** Keeps what a channel does not take, in order, and tries again at the next look. */
export interface Outbox {
  add(message: Message): void
  /** Resolves when each channel has taken all, or has failed once. */
  deliver(): Promise<void>
}

export function createOutbox(channels: readonly Channel[], report: Report): Outbox {
  const waiting = channels.map((channel) => ({ channel, messages: [] as Message[] }))
  return {
    add(message) {
      for (const { channel, messages } of waiting) {
        messages.push(message)
        if (messages.length <= maxWaiting) continue
        messages.shift()
        report.dropped(channel.name)
      }
    },
    async deliver() {
      await Promise.all(
        waiting.map(async ({ channel, messages }) => {
          for (let message = messages[0]; message; message = messages[0]) {
            try {
              await channel.tell(message)
            } catch (error) {
              report.undelivered(channel.name, message, error)
              return
            }
            messages.shift()
            report.delivered(channel.name, message)
          }
        }),
      )
    },
  }
}
