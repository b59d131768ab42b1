import type { PointId } from './point.ts'
import { hasOverflow, status } from './quality.ts'
import { type Micros, microsPerSecond } from './time.ts'
import { sameValue, type Value, type ValueType } from './value.ts'

/** One sampled value of one monitoring point, with the three stamps that travel with it. */
export interface Sample {
  readonly point: PointId
  /** When the device says the value was so; null where the server gave none. */
  readonly sourceTime: Micros | null
  /** When the OPC-UA server says it sampled; null where it gave none. */
  readonly serverTime: Micros | null
  /** When the collector received it. */
  readonly collectedTime: Micros
  readonly type: ValueType
  readonly value: Value
  /** The name of an enumeration's value; null for every other type. */
  readonly text: string | null
  /** The full OPC-UA status code, 32 bits without sign, info bits included. */
  readonly status: number
}

/** Samples as they came in one publish response of one source, in the server's order. */
export interface SampleBatch {
  /** The collector instance. */
  readonly collector: string
  /** Microseconds at which that instance began; with `sequence` it recognises redelivery. */
  readonly epoch: number
  /** Counts the batches of one lane of one epoch, from 0, without a hole. */
  readonly sequence: number
  /** The source in the CDB. */
  readonly source: string
  /** A source or a part of a big one; order holds within it. */
  readonly lane: string
  readonly samples: readonly Sample[]
}

/** The time of a sample: the source's stamp, else the server's, else the collector's. */
export const timeOf = (sample: Sample): Micros =>
  sample.sourceTime ?? sample.serverTime ?? sample.collectedTime

/** How far a stamp may lie ahead of, or behind, the collector's clock and not be flagged. */
export const maxAheadMicros = 60 * microsPerSecond
export const maxBehindMicros = 24 * 3600 * microsPerSecond

/** Stamps are kept as they are; what is implausible is flagged by this and counted. */
export function timeFlag(sample: Sample): 'future' | 'past' | null {
  const ahead = timeOf(sample) - sample.collectedTime
  return ahead > maxAheadMicros ? 'future' : ahead < -maxBehindMicros ? 'past' : null
}

/** Orders samples for "latest": a stamp from the future must not shadow what comes after it. */
export const latestOrder = (sample: Sample): Micros =>
  timeFlag(sample) === 'future' ? sample.collectedTime : timeOf(sample)

/** The identity of a sample: point, source stamp, server stamp, value and status agree. */
export const sameSample = (a: Sample, b: Sample): boolean =>
  a.point === b.point &&
  a.sourceTime === b.sourceTime &&
  a.serverTime === b.serverTime &&
  a.status === b.status &&
  sameValue(a.value, b.value) &&
  // Without any stamp of its own, only the collector's tells two samples apart.
  (a.sourceTime !== null || a.serverTime !== null || a.collectedTime === b.collectedTime)

/** A hole in the data, in the data: null with BadNoCommunication at the time it began. */
export const gapMarker = (point: PointId, type: ValueType, time: Micros): Sample => ({
  point,
  sourceTime: null,
  serverTime: null,
  collectedTime: time,
  type,
  value: null,
  text: null,
  status: status.badNoCommunication,
})

export const isGapMarker = (sample: Sample): boolean =>
  sample.value === null && sample.status === status.badNoCommunication

export const lostByOverflow = (sample: Sample): boolean => hasOverflow(sample.status)
