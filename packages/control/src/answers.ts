import type { CommandReply, Micros } from '@mla/model'

/** The replies to commands, so that one that comes again is answered as before. */
export interface Answers {
  of(commandId: string): CommandReply | undefined
  add(reply: CommandReply, now: Micros): void
}

/** A command comes again within its own 30 s, if it does; twice that is enough. */
export const answersKeptMicros = 60_000_000
const mostAnswers = 10_000

export function createAnswers(): Answers {
  const replies = new Map<string, { readonly reply: CommandReply; readonly time: Micros }>()
  return {
    of: (id) => replies.get(id)?.reply,
    add(reply, now) {
      replies.set(reply.id, { reply, time: now })
      for (const [id, { time }] of replies) {
        if (now - time <= answersKeptMicros && replies.size <= mostAnswers) break
        replies.delete(id)
      }
    },
  }
}
