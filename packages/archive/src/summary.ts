import { type Micros, qualityOf, type Sample, timeOf } from '@mla/model'
import type { Edge } from './port.ts'

/** What is known of a set of samples without looking at them again. Mutable: it is added up. */
export interface Summary {
  /** Of all samples. */
  count: number
  /** Finite numbers whose quality is not BAD: what min, max, sum and sumSquares are made of. */
  numbers: number
  min: number
  max: number
  sum: number
  sumSquares: number
  readonly first: MutableEdge
  readonly last: MutableEdge
}

/** Written over in place: a new object for each sample would be the garbage collector's main work. */
type MutableEdge = { -readonly [name in keyof Edge]: Edge[name] }

export function summaryOf(sample: Sample): Summary {
  const value = numberOf(sample)
  const none = Number.isNaN(value)
  return {
    count: 1,
    numbers: none ? 0 : 1,
    min: none ? Number.POSITIVE_INFINITY : value,
    max: none ? Number.NEGATIVE_INFINITY : value,
    sum: none ? 0 : value,
    sumSquares: none ? 0 : value * value,
    first: edgeOf(sample),
    last: edgeOf(sample),
  }
}

/** Adds a sample; of samples with the same time the first one added is the first. */
export function addSample(summary: Summary, sample: Sample): void {
  const time = timeOf(sample)
  summary.count += 1
  if (time < summary.first.time) setEdge(summary.first, time, sample)
  if (time >= summary.last.time) setEdge(summary.last, time, sample)
  const value = numberOf(sample)
  if (Number.isNaN(value)) return
  summary.numbers += 1
  summary.sum += value
  summary.sumSquares += value * value
  if (value < summary.min) summary.min = value
  if (value > summary.max) summary.max = value
}

/** One that may be added to. */
export const copyOf = (summary: Summary): Summary => ({
  ...summary,
  first: { ...summary.first },
  last: { ...summary.last },
})

export function addSummary(summary: Summary, other: Summary): void {
  summary.count += other.count
  summary.numbers += other.numbers
  summary.sum += other.sum
  summary.sumSquares += other.sumSquares
  summary.min = Math.min(summary.min, other.min)
  summary.max = Math.max(summary.max, other.max)
  const { first, last } = other
  if (first.time < summary.first.time) setEdge(summary.first, first.time, first)
  if (last.time >= summary.last.time) setEdge(summary.last, last.time, last)
}

function setEdge(edge: MutableEdge, time: Micros, { type, value }: Omit<Edge, 'time'>): void {
  edge.time = time
  edge.type = type
  edge.value = value
}

/** The number that statistics take of a sample, or NaN: booleans, BAD and non-finite have none. */
export function numberOf({ value, status, type }: Sample): number {
  if (qualityOf(status) === 'BAD' || type === 'datetime') return Number.NaN
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN
}

export const edgeOf = (sample: Sample): Edge => ({
  time: timeOf(sample),
  type: sample.type,
  value: sample.value,
})

/** Half-open, in microseconds. */
export interface Range {
  readonly from: Micros
  readonly to: Micros
}
