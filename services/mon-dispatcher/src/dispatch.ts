import type { Archive, Position, SampleWriter } from '@mla/archive'
import type { Bus, Consumer, Topic } from '@mla/bus'
import { type Life, retry } from '@mla/kit'
import { createRedelivery, microsOfMillis, type SampleBatch } from '@mla/model'
import type { Report } from './report.ts'
import { triage } from './triage.ts'
import { createWaiting } from './waiting.ts'

export interface DispatchParts {
  readonly bus: Bus
  /** What the collectors sent, or what was made of that. */
  readonly topic: Topic<SampleBatch>
  readonly group: string
  readonly archive: Archive
  readonly report: Report
  readonly nowMs: () => number
  /** For a bus that forgets with the process: reads it to its end before it stops. */
  readonly untilEmpty: boolean
}

const expireEveryMs = 60_000
const flushWithinMs = 15_000
/** Some half a second of 20,000 points at 1 Hz: nobody waits for what is archived. */
const fetchBytes = 128 * 1024

/** Moves samples from the bus to the archive until aborted. Commits only what is archived. */
export async function dispatch(parts: DispatchParts, { signal }: Life): Promise<void> {
  const { bus, topic, group, archive, report, nowMs, untilEmpty } = parts
  const reading = new AbortController()
  const consumer = bus.consume(topic, group, reading.signal, { fetchBytes })
  const deliveries = consumer[Symbol.asyncIterator]()
  const isOver = () => signal.aborted && !(untilEmpty && consumer.lag > 0)
  let work: Assignment | null = null
  let expired = nowMs()

  try {
    let pending = deliveries.next()
    while (!isOver()) {
      const next = await (signal.aborted ? pending : orAborted(pending, signal))
      if (next === 'aborted') continue
      if (next.done) break
      const delivery = next.value
      if (delivery.kind === 'assigned') {
        // What was held of the assignment before comes again: here or elsewhere.
        work = beginAssignment(parts, consumer, delivery.assignment)
        report.assigned(delivery.partitions)
      } else await work?.take(delivery.partition, delivery.messages, signal)
      if (nowMs() - expired >= expireEveryMs) {
        expired = nowMs()
        await archive.expire(microsOfMillis(expired))
      }
      pending = deliveries.next()
    }
    await work?.finish(AbortSignal.timeout(flushWithinMs))
  } catch (error) {
    // Stopped while the archive was away: what is open comes again from the bus.
    if (!signal.aborted) throw error
    report.notFlushed(error)
  } finally {
    reading.abort(signal.reason)
    await deliveries.return?.()
  }
}

/**
 * What comes first. It leaves nothing behind: `Promise.race` with a promise of the abort, which
 * lives as long as the service, would keep each delivery in memory as long.
 */
function orAborted<T>(pending: Promise<T>, signal: AbortSignal): Promise<T | 'aborted'> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve('aborted')
    signal.addEventListener('abort', abort, { once: true })
    pending.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

type Messages = Parameters<typeof triage>[0]

interface Assignment {
  take(partition: number, messages: Messages, signal: AbortSignal): Promise<void>
  /** Archives and commits what is open, so that who takes over finds nothing to do again. */
  finish(signal: AbortSignal): Promise<void>
}

function beginAssignment(
  { archive, report }: DispatchParts,
  consumer: Consumer<SampleBatch>,
  assignment: number,
): Assignment {
  const writer: SampleWriter = archive.openWriter()
  const cameBefore = createRedelivery()
  const waiting = createWaiting()

  async function untilStored<T>(store: () => Promise<T>, signal: AbortSignal): Promise<T> {
    let failed = false
    const stored = await retry(store, signal, (error, attempt) => {
      failed = true
      report.archiveAway(error, attempt)
    })
    if (failed) report.archiveBack()
    return stored
  }

  async function commit(positions: readonly Position[], signal: AbortSignal): Promise<void> {
    if (positions.length === 0) return
    const kept = await untilStored(() => consumer.commit(positions, assignment), signal)
    if (kept) report.archived(waiting.settle(positions), positions.length)
    else report.commitRefused()
  }

  return {
    async take(partition, messages, signal) {
      const sorted = triage(messages, cameBefore)
      waiting.add(partition, sorted.batches)
      report.received(sorted, consumer.lag)
      const store = () => writer.append(partition, sorted.batches)
      await commit(await untilStored(store, signal), signal)
    },
    async finish(signal) {
      try {
        await commit(await untilStored(() => writer.flush(), signal), signal)
      } catch (error) {
        report.notFlushed(error)
      }
    },
  }
}
