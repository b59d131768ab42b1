import { monSamples, type Topic } from '@mla/bus'
import type { Micros, Sample } from '@mla/model'

/** One batch, encoded, on its way to the bus: what the queue, the spool and the bus are handed. */
export interface Entry {
  /** The lane: `<source>.<index>`. */
  readonly key: string
  readonly partition: number
  /** How many samples are in it. */
  readonly samples: number
  /** When the collector received them. */
  readonly collectedTime: Micros
  /** A `SampleBatch`, encoded as `monSamples` does. */
  readonly bytes: Uint8Array
}

/** `mon.samples` for batches that are encoded already. */
export const encodedSamples: Topic<Uint8Array> = {
  name: monSamples.name,
  settings: monSamples.settings,
  encode: (bytes) => bytes,
  decode: (bytes) => bytes,
}

export const sizeOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, entry) => sum + entry.bytes.length, 0)

export const samplesIn = (entries: readonly Entry[]): number =>
  entries.reduce((sum, entry) => sum + entry.samples, 0)

/** Where the samples of a lane go. */
export interface Lane {
  readonly source: string
  readonly index: number
  readonly partition: number
}

export const laneId = (lane: Lane): string => `${lane.source}.${lane.index}`

/** A batch beyond this many bytes is made two, so that no broker refuses it for its size. */
const largeBatchBytes = 1024 * 1024

/**
 * Numbers and encodes the batches of one life of the collector. A lane's numbers go on when it
 * leaves the CDB and comes back.
 */
export function createBatcher(collector: string, epoch: Micros) {
  const sequences = new Map<string, number>()

  return function batch(lane: Lane, samples: readonly Sample[], collectedTime: Micros): Entry[] {
    const key = laneId(lane)
    const sequence = sequences.get(key) ?? 0
    const bytes = monSamples.encode({
      collector,
      epoch,
      sequence,
      source: lane.source,
      lane: key,
      samples,
    })
    if (bytes.length > largeBatchBytes && samples.length > 1) {
      const half = samples.length >>> 1
      return [
        ...batch(lane, samples.slice(0, half), collectedTime),
        ...batch(lane, samples.slice(half), collectedTime),
      ]
    }
    sequences.set(key, sequence + 1)
    return [{ key, partition: lane.partition, samples: samples.length, collectedTime, bytes }]
  }
}

export type Batcher = ReturnType<typeof createBatcher>
