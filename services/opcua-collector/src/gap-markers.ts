import { monSamples } from '@mla/bus'
import {
  gapMarker,
  isGapMarker,
  type Micros,
  type PointId,
  type Sample,
  timeOf,
  type ValueType,
} from '@mla/model'
import type { Entry } from './entry.ts'

/**
 * The time of a marker for a point whose values end: not before its last value, whose clock may
 * run a little ahead of ours, else that value would seem to last through the gap.
 */
export const markerTime = (since: Micros, lastTime: Micros): Micros =>
  lastTime >= since ? lastTime + 1 : since

interface Shed {
  readonly newest: { readonly collector: string; readonly epoch: number; readonly sequence: number }
  readonly source: string
  readonly entry: Entry
  readonly since: Map<PointId, { readonly type: ValueType; readonly time: Micros }>
}

/**
 * What stands for entries that had no room: for each lane one batch, with a gap marker for each
 * point at the time of its first lost sample. It carries the epoch and sequence of the newest that
 * it stands for, so that it is in order and never taken for one sent before.
 */
export function createShedding() {
  const lanes = new Map<string, Shed>()
  let lost = 0
  return {
    add(entry: Entry): void {
      const { collector, epoch, sequence, source, samples } = monSamples.decode(entry.bytes)
      const since = lanes.get(entry.key)?.since ?? new Map()
      for (const sample of samples) {
        if (!isGapMarker(sample)) lost++
        const time = timeOf(sample)
        if (!since.has(sample.point)) since.set(sample.point, { type: sample.type, time })
      }
      // Moved to the end, so that lanes come out in the order of what they stand for.
      lanes.delete(entry.key)
      lanes.set(entry.key, { newest: { collector, epoch, sequence }, source, entry, since })
    },
    /** Samples lost so far, markers not counted. */
    get lost(): number {
      return lost
    },
    markers: (): Entry[] => [...lanes.values()].map(encodeShed),
  }
}

function encodeShed({ newest, source, entry, since }: Shed): Entry {
  const samples: Sample[] = [...since].map(([point, { type, time }]) =>
    gapMarker(point, type, time),
  )
  return {
    key: entry.key,
    partition: entry.partition,
    samples: samples.length,
    collectedTime: entry.collectedTime,
    bytes: monSamples.encode({ ...newest, source, lane: entry.key, samples }),
  }
}
