import type { Bus, Message, Topic } from '@mla/bus'
import { retry } from '@mla/kit'
import type { Report } from './report.ts'

/**
 * Moves a topic to somewhere else, batch by batch, until the signal aborts: what `move` has resolved
 * for is committed, so after a kill some of it comes again.
 */
export async function passOn<T>(
  bus: Pick<Bus, 'consume'>,
  topic: Topic<T>,
  move: (messages: readonly Message<T>[]) => Promise<void>,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const consumer = bus.consume(topic, 'ias-bridge', signal)
  const untilDone = <R>(work: () => Promise<R>): Promise<R> =>
    retry(work, signal, (error) => report.busAway(error))
  try {
    for await (const delivery of consumer) {
      if (delivery.kind === 'assigned') {
        report.assigned(topic.name)
        continue
      }
      const { messages, next, assignment } = delivery
      if (messages.length > 0) await untilDone(() => move(messages))
      await untilDone(() => consumer.commit([next], assignment))
    }
  } catch (error) {
    // Stopped while a bus was away: what is not committed comes again.
    if (!signal.aborted) throw error
    report.failed(error)
  }
}
