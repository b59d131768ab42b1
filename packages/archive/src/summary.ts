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
  first: Edge
  last: Edge
}

export function summaryOf(sample: Sample): Summary {
  const edge = edgeOf(sample)
  const value = numberOf(sample)
  const none = Number.isNaN(value)
  return {
    count: 1,
    numbers: none ? 0 : 1,
    min: none ? Number.POSITIVE_INFINITY : value,
    max: none ? Number.NEGATIVE_INFINITY : value,
    sum: none ? 0 : value,
    sumSquares: none ? 0 : value * value,
    first: edge,
    last: edge,
  }
}

/** Adds a sample; of samples with the same time the first one added is the first. */
export function addSample(summary: Summary, sample: Sample): void {
  const time = timeOf(sample)
  summary.count += 1
  if (time < summary.first.time) summary.first = edgeOf(sample)
  if (time >= summary.last.time) summary.last = edgeOf(sample)
  const value = numberOf(sample)
  if (Number.isNaN(value)) return
  summary.numbers += 1
  summary.sum += value
  summary.sumSquares += value * value
  if (value < summary.min) summary.min = value
  if (value > summary.max) summary.max = value
}

export function addSummary(summary: Summary, other: Summary): void {
  summary.count += other.count
  summary.numbers += other.numbers
  summary.sum += other.sum
  summary.sumSquares += other.sumSquares
  summary.min = Math.min(summary.min, other.min)
  summary.max = Math.max(summary.max, other.max)
  if (other.first.time < summary.first.time) summary.first = other.first
  if (other.last.time >= summary.last.time) summary.last = other.last
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
