import type { Bus } from '@mla/bus'
import { type Micros, MlaError } from '@mla/model'
import { type Entry, encodedSamples, samplesIn } from './entry.ts'

export interface PublisherParts {
  readonly bus: Pick<Bus, 'publish'>
  readonly now: () => Micros
  /** An entry that the bus refuses is given up after this long; at once if it is large. */
  readonly refusalPatienceMs: number
  published(samples: number, batches: number, tookMs: number): void
  refused(entry: Entry, error: unknown): void
}

/** The batcher makes none so large, but of a single sample. */
const largeEntryBytes = 1024 * 1024

/** Publishes a group, or throws to be asked again with the same group. */
export function createPublisher(parts: PublisherParts) {
  const { bus, now, refusalPatienceMs } = parts
  const refusedSince = new WeakMap<Entry, Micros>()
  const givenUp = new WeakSet<Entry>()

  async function publish(group: readonly Entry[]): Promise<void> {
    const start = now()
    try {
      if (group.some((entry) => givenUp.has(entry))) return await publishOneByOne(group)
      await bus.publish(encodedSamples, group.map(outgoing))
    } catch (error) {
      if (!isRefused(error)) throw error
      await publishOneByOne(group)
      return
    }
    tell(group, start)
  }

  function tell(group: readonly Entry[], start: Micros): void {
    parts.published(samplesIn(group), group.length, (now() - start) / 1000)
  }

  /**
   * Finds the entries that the bus refuses; the others may come a second time, recognisably. A
   * refusal may also be of the collector itself (its rights, the topic): what is not too large is
   * kept and tried again for a while before it is given up.
   */
  async function publishOneByOne(group: readonly Entry[]): Promise<void> {
    for (const entry of group) {
      if (givenUp.has(entry)) continue
      const start = now()
      try {
        await bus.publish(encodedSamples, [outgoing(entry)])
        tell([entry], start)
      } catch (error) {
        if (!isRefused(error)) throw error
        const since = refusedSince.get(entry) ?? now()
        refusedSince.set(entry, since)
        const isOver = now() - since >= refusalPatienceMs * 1000
        if (!isOver && entry.bytes.length <= largeEntryBytes) throw error
        givenUp.add(entry)
        parts.refused(entry, error)
      }
    }
  }

  return publish
}

const outgoing = (entry: Entry) => ({
  key: entry.key,
  partition: entry.partition,
  record: entry.bytes,
})

const isRefused = (error: unknown): boolean =>
  error instanceof MlaError && error.code === 'BUS_REFUSED'
