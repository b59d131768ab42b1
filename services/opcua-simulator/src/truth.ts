import { type JsonValue, jsonOf, type Micros, type Value, type ValueType } from '@mla/model'
import { createChecksums } from './checksum.ts'

/**
 * What the server owes its clients, by point. A notification is owed from the moment a monitored
 * item queues it: after the dead band and the unchanged filter, initial values included.
 */
export interface TruthOfPoint {
  /** Distinct samples queued to at least one monitored item. */
  readonly queued: number
  /** Further notifications of the same sample: of another monitored item, or sent once more. */
  readonly repeated: number
  /** Notifications that a newer one pushed out of a full queue before it was published. */
  readonly discarded: number
  /** Notifications handed to a publish response. */
  readonly published: number
  /** Notifications that went down with their monitored item, subscription or session. */
  readonly ended: number
  readonly lastValue: JsonValue
  readonly lastSourceTime: Micros | null
  readonly lastStatus: number
  /** Of (source time, value) of the samples queued less those discarded; see checksum.ts. */
  readonly checksum: string
}

export interface Totals {
  readonly queued: number
  readonly repeated: number
  readonly discarded: number
  readonly published: number
  readonly ended: number
}

export interface Truth {
  queued(index: number, sourceTime: Micros, value: Value, status: number): void
  discarded(index: number, sourceTime: Micros, value: Value): void
  published(index: number): void
  ended(index: number, waiting: number): void
  of(index: number, type: ValueType): TruthOfPoint
  totals(): Totals
}

export function createTruth(count: number): Truth {
  const queued = new Float64Array(count)
  const repeated = new Float64Array(count)
  const discarded = new Float64Array(count)
  const published = new Float64Array(count)
  const ended = new Float64Array(count)
  const lastTime = new Float64Array(count).fill(Number.NaN)
  const lastStatus = new Uint32Array(count)
  const lastValue: Value[] = new Array<Value>(count).fill(null)
  const checksums = createChecksums(count)
  const totals = { queued: 0, repeated: 0, discarded: 0, published: 0, ended: 0 }
  const add = (counts: Float64Array, name: keyof Totals, index: number, by = 1): void => {
    counts[index] = (counts[index] ?? 0) + by
    totals[name] += by
  }

  return {
    queued(index, sourceTime, value, status) {
      if (lastTime[index] === sourceTime) return add(repeated, 'repeated', index)
      add(queued, 'queued', index)
      checksums.add(index, sourceTime, value)
      lastTime[index] = sourceTime
      lastValue[index] = value
      lastStatus[index] = status
    },
    discarded(index, sourceTime, value) {
      add(discarded, 'discarded', index)
      checksums.remove(index, sourceTime, value)
    },
    published: (index) => add(published, 'published', index),
    ended: (index, waiting) => add(ended, 'ended', index, waiting),
    of(index, type) {
      const time = lastTime[index] ?? Number.NaN
      return {
        queued: queued[index] ?? 0,
        repeated: repeated[index] ?? 0,
        discarded: discarded[index] ?? 0,
        published: published[index] ?? 0,
        ended: ended[index] ?? 0,
        lastValue: jsonOf(type, lastValue[index] ?? null),
        lastSourceTime: Number.isNaN(time) ? null : time,
        lastStatus: lastStatus[index] ?? 0,
        checksum: checksums.text(index),
      }
    },
    totals: () => ({ ...totals }),
  }
}
