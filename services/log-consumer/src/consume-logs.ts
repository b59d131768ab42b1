import type { LogArchive } from '@mla/archive'
import { type Bus, type Delivery, logLive, type Outgoing, type Topic } from '@mla/bus'
import type { Cdb } from '@mla/cdb'
import type { Life } from '@mla/kit'
import { microsOfMillis } from '@mla/model'
import { type Assignment, beginAssignment, type Messages } from './assignment.ts'
import type { LogConsumerSettings } from './config.ts'
import { type EncodedLogs, encodedLogs } from './encoded-logs.ts'
import { createLiveRoom } from './live-room.ts'
import { createRatePublisher } from './publish-rates.ts'
import type { Report } from './report.ts'
import { createSelection, type Selection } from './selection.ts'
import { type Sifted, sift } from './sift.ts'

export interface ConsumeParts {
  readonly bus: Bus
  readonly archive: Pick<LogArchive, 'openWriter'> & LogArchive
  readonly expire: (now: number) => Promise<void>
  readonly report: Report
  readonly settings: LogConsumerSettings
  readonly nowMs: () => number
  /** For a bus that forgets with the process: reads it to its end before it stops. */
  readonly untilEmpty: boolean
}

/** What the configuration says of it; it changes while the service runs. */
export interface ConsumeRules {
  configure(cdb: Cdb): void
}

const flushWithinMs = 15_000
const expireEveryMs = 60_000

/** `log.live` as bytes that are sealed already. */
const sealedLive: Topic<Uint8Array> = {
  name: logLive.name,
  settings: logLive.settings,
  encode: (bytes) => bytes,
  decode: (bytes) => bytes,
}

type Turn =
  | { readonly kind: 'tick' }
  | { readonly kind: 'aborted' }
  | IteratorResult<Delivery<EncodedLogs>>

/** Moves log records from the bus to the archive until aborted, and shows a selection at once. */
export function createConsuming(parts: ConsumeParts, { signal, instance }: Life) {
  const { bus, archive, report, settings, nowMs, untilEmpty } = parts
  const hasRoom = createLiveRoom(settings.MLA_LOG_LIVE_RATE, nowMs)
  const rates = createRatePublisher({ bus, report, instance, now: () => microsOfMillis(nowMs()) })
  let selection: Selection = createSelection([])
  let showing: Promise<void> = Promise.resolve()

  async function show(fresh: readonly Sifted[]): Promise<void> {
    const outgoing: Outgoing<Uint8Array>[] = []
    for (const { live, counts } of fresh) {
      rates.count(counts)
      if (live) outgoing.push({ key: live.key, record: live.bytes })
    }
    if (outgoing.length === 0) return
    await bus.publish(sealedLive, outgoing).catch((error: unknown) => {
      report.notPublished(error, 'live log records', outgoing.length)
    })
  }

  async function take(work: Assignment, partition: number, messages: Messages): Promise<void> {
    const sifted = messages.map((message) => sift(message, selection, hasRoom))
    const fresh = await work.take(partition, sifted, signal)
    // One publish at a time, while the next records are looked at.
    await showing
    showing = show(fresh)
  }

  async function run(): Promise<void> {
    const reading = new AbortController()
    const consumer = bus.consume(encodedLogs, 'log-consumer', reading.signal)
    const deliveries = consumer[Symbol.asyncIterator]()
    const isOver = () => signal.aborted && !(untilEmpty && consumer.lag > 0)
    let work: Assignment | null = null
    let refreshed = nowMs()
    let expired = nowMs()
    try {
      let pending = deliveries.next()
      while (!isOver()) {
        const wait = Math.max(0, refreshed + settings.MLA_LOG_REFRESH_MS - nowMs())
        const turn: Turn = await orTick(pending, wait, signal)
        if ('value' in turn) {
          if (turn.done) break
          const delivery = turn.value
          if (delivery.kind === 'assigned') {
            // What was held of the assignment before comes again: here or elsewhere.
            const { assignment, partitions } = delivery
            work = beginAssignment({ archive, report, consumer, assignment })
            report.assigned(partitions)
          } else if (work) await take(work, delivery.partition, delivery.messages)
          report.lag(consumer.lag)
          pending = deliveries.next()
        }
        if (nowMs() - refreshed < settings.MLA_LOG_REFRESH_MS) continue
        await work?.refresh(signal)
        await rates.publish()
        refreshed = nowMs()
        if (nowMs() - expired < expireEveryMs) continue
        expired = nowMs()
        await parts.expire(microsOfMillis(expired))
      }
      await work?.finish(AbortSignal.timeout(flushWithinMs))
    } catch (error) {
      // Stopped while the archive was away: what is open comes again from the bus.
      if (!signal.aborted) throw error
      report.notFlushed(error)
    } finally {
      reading.abort(signal.reason)
      await showing
      await deliveries.return?.()
    }
  }

  return {
    run,
    configure({ version, logs }: Cdb) {
      selection = createSelection(logs.selection)
      rates.configure(logs.rates)
      report.configured(version, logs.selection.length, logs.rates.length)
    },
  }
}

/** What comes first; it leaves nothing behind that would keep a delivery in memory. */
function orTick(
  pending: Promise<IteratorResult<Delivery<EncodedLogs>>>,
  waitMs: number,
  signal: AbortSignal,
): Promise<Turn> {
  if (signal.aborted) return pending
  return new Promise((resolve, reject) => {
    const abort = () => resolve({ kind: 'aborted' })
    const timer = setTimeout(() => resolve({ kind: 'tick' }), waitMs)
    signal.addEventListener('abort', abort, { once: true })
    pending.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    })
  })
}
