import { type Micros, microsPerDay, microsPerSecond, type Sample, timeOf } from '@mla/model'
import type { Bucket } from './port.ts'
import { addSample, addSummary, copyOf, type Range, type Summary, summaryOf } from './summary.ts'

const minute = 60 * microsPerSecond
const hour = 60 * minute

/** Widths that people can read on an axis, in microseconds. */
const widths: readonly Micros[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((millis) => millis * 1000),
  ...[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 40, 45].map((count) => count * microsPerSecond),
  ...[60, 80, 90, 100].map((count) => count * microsPerSecond),
  ...[2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 40, 45].map((count) => count * minute),
  ...[1, 2, 3, 4, 6, 8, 9, 12].map((count) => count * hour),
  ...[1, 2, 3, 5, 7, 10, 14, 28, 56, 112, 365, 3650].map((count) => count * microsPerDay),
]

/** The narrowest width whose buckets, aligned to UTC, cover the range with at most `most`. */
export function bucketWidth({ from, to }: Range, most: number): Micros {
  const fits = (width: Micros) => Math.ceil(to / width) - Math.floor(from / width) <= most
  return widths.find(fits) ?? to - from
}

/** Adds samples and summaries up into buckets aligned to UTC; empty ones are left out. */
export class Bucketing {
  readonly #width: Micros
  readonly #summaries = new Map<number, Summary>()

  constructor(width: Micros) {
    this.#width = width
  }

  /** True when all of [first, last] lies in one bucket. */
  holds(first: Micros, last: Micros): boolean {
    return Math.floor(first / this.#width) === Math.floor(last / this.#width)
  }

  /** A summary whose samples all lie in one bucket. */
  addSummary(summary: Summary): void {
    const index = Math.floor(summary.first.time / this.#width)
    const known = this.#summaries.get(index)
    if (known) addSummary(known, summary)
    else this.#summaries.set(index, copyOf(summary))
  }

  addSamples(samples: readonly Sample[]): void {
    let index = Number.NaN
    let summary: Summary | undefined
    for (const sample of samples) {
      const next = Math.floor(timeOf(sample) / this.#width)
      if (next !== index) {
        index = next
        summary = this.#summaries.get(index)
      }
      if (summary) addSample(summary, sample)
      else {
        summary = summaryOf(sample)
        this.#summaries.set(index, summary)
      }
    }
  }

  buckets(): Bucket[] {
    return [...this.#summaries]
      .sort(([a], [b]) => a - b)
      .map(([index, summary]) => ({
        time: index * this.#width,
        count: summary.count,
        min: summary.numbers > 0 ? summary.min : null,
        max: summary.numbers > 0 ? summary.max : null,
        mean: summary.numbers > 0 ? summary.sum / summary.numbers : null,
        first: summary.first,
        last: summary.last,
      }))
  }
}
