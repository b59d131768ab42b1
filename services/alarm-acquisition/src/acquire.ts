import { createRepeatFilter, pluginFaultOf, type RepeatFilter } from '@mla/alarm'
import {
  alarmBasic,
  alarmPlugins,
  type Bus,
  type Consumer,
  deadLetterOf,
  deadTopicOf,
  type Message,
  type Outgoing,
  type Topic,
} from '@mla/bus'
import { type Life, retry } from '@mla/kit'
import type { Micros, PluginBatch } from '@mla/model'
import type { Report } from './report.ts'

export interface AcquireParts {
  readonly bus: Pick<Bus, 'consume' | 'follow' | 'publish'>
  readonly report: Report
  readonly now: () => Micros
}

/** A batch with the bytes that it came in: where nothing is taken out of it, they go on. */
interface Encoded {
  readonly batch: PluginBatch
  readonly bytes: Uint8Array
}
const incoming: Topic<Encoded> = {
  ...alarmPlugins,
  encode: ({ bytes }) => bytes,
  decode: (bytes) => ({ batch: alarmPlugins.decode(bytes), bytes }),
}
const outgoing: Topic<Uint8Array> = { ...alarmBasic, encode: (one) => one, decode: (one) => one }

const group = 'alarm-acquisition'
/** Copies come within this time; clocks of ours and of brokers differ by less. */
const lookBackMicros = 30_000_000

/**
 * Moves the values of plugins from `alarm.plugins` to `alarm.basic` until the life ends, without exact
 * copies. Commits what is there.
 */
export async function acquire(parts: AcquireParts, { signal }: Life): Promise<void> {
  const consumer = parts.bus.consume(incoming, group, signal)
  let work: Assignment | null = null
  try {
    for await (const delivery of consumer) {
      if (delivery.kind === 'assigned') {
        work = beginAssignment(parts, consumer, delivery.assignment, signal)
        parts.report.assigned(delivery.partitions)
      } else await work?.take(delivery.partition, delivery.messages, delivery.next)
    }
  } catch (error) {
    // Stopped while the bus was away: what is not committed comes again.
    if (!signal.aborted) throw error
    parts.report.failed(error)
  }
}

interface Assignment {
  take(
    partition: number,
    messages: readonly Message<Encoded>[],
    next: { readonly partition: number; readonly offset: number },
  ): Promise<void>
}

function beginAssignment(
  { bus, report, now }: AcquireParts,
  consumer: Consumer<Encoded>,
  assignment: number,
  signal: AbortSignal,
): Assignment {
  // What an earlier assignment admitted may not have reached the bus, so its filter does not count.
  const filter = createRepeatFilter()
  const began = now()
  let known = { ...filter.counts }
  let primedSince = Number.POSITIVE_INFINITY

  const untilDone = <T>(work: () => Promise<T>): Promise<T> =>
    retry(work, signal, (error) => report.busAway(error))

  /**
   * What lies uncommitted may be on `alarm.basic` already: the log tells. It is read from before the
   * first message of ours on, or from before the assignment, whichever is earlier.
   */
  async function prime(first: Micros): Promise<void> {
    const since = Math.min(first, began) - lookBackMicros
    if (first - lookBackMicros >= primedSince || first > began + lookBackMicros) return
    primedSince = since
    await readBack(bus, filter, since, signal)
    known = { ...filter.counts }
  }

  return {
    async take(partition, messages, next) {
      const [first] = messages
      if (first) await prime(first.appendTime)
      const good: Outgoing<Uint8Array>[] = []
      const bad: Outgoing<Uint8Array>[] = []
      let received = 0
      for (const { record, key, offset } of messages) {
        const { batch, bytes } = record
        received += batch.values.length
        const fault = pluginFaultOf(batch)
        if (fault !== null) {
          const why = { key: key ?? '', code: 'VALUE_INVALID', reason: fault, time: now() }
          bad.push(deadLetterOf(alarmPlugins, bytes, { ...why, partition, offset }))
          report.refusedBatch(batch.values.length)
          continue
        }
        const admitted = filter.admit(batch)
        if (admitted.values.length === 0) continue
        const whole = admitted === batch ? bytes : alarmBasic.encode(admitted)
        good.push({ key: key ?? batch.plugin, partition, record: whole })
      }
      if (bad.length > 0) await untilDone(() => bus.publish(deadTopicOf(alarmPlugins), bad))
      await untilDone(() => bus.publish(outgoing, good))
      const isKept = await untilDone(() => consumer.commit([next], assignment))
      report.passed(received, known, filter.counts, consumer.lag)
      if (!isKept) report.commitRefused()
      known = { ...filter.counts }
    },
  }
}

async function readBack(
  bus: Pick<Bus, 'follow'>,
  filter: RepeatFilter,
  since: Micros,
  signal: AbortSignal,
): Promise<void> {
  const reading = new AbortController()
  try {
    const until = AbortSignal.any([signal, reading.signal])
    for await (const one of bus.follow(alarmBasic, since, until)) {
      if (one.kind === 'caught-up') return
      for (const { record } of one.messages) filter.admit(record)
    }
  } finally {
    reading.abort()
  }
}
