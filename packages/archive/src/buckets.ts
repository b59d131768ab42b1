import {
  type Micros,
  microsPerDay,
  microsPerSecond,
  type Sample,
  timeOf,
  type Value,
  type ValueType,
} from '@mla/model'
import type { Bucket } from './port.ts'
import type { SeriesScan } from './series-scan.ts'
import { addSample, addSummary, copyOf, type Range, type Summary, summaryOf } from './summary.ts'

const minute = 60 * microsPerSecond
const hour = 60 * minute

/**
 * Widths that people can read on an axis, in microseconds. From a minute on each is made of whole
 * minutes, from an hour on of whole hours: so rollups of such widths add up to them.
 */
const widths: readonly Micros[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((millis) => millis * 1000),
  ...[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 40, 45].map((count) => count * microsPerSecond),
  ...[1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 40].map((count) => count * minute),
  ...[1, 2, 3, 4, 6, 8, 9, 12].map((count) => count * hour),
  ...[1, 2, 3, 5, 7, 10, 14, 28, 56, 112, 365, 3650].map((count) => count * microsPerDay),
]

/**
 * The narrowest width whose buckets, aligned to UTC, cover the range with at most `most`, and which
 * is a multiple of `step`.
 */
export function bucketWidth({ from, to }: Range, most: number, step: Micros = 1): Micros {
  const fits = (width: Micros) => Math.ceil(to / width) - Math.floor(from / width) <= most
  const widest = Math.ceil((to - from) / step) * step
  return widths.find((width) => width % step === 0 && fits(width)) ?? widest
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

  /** The samples in order of time that lie in the range; copies are not looked for. */
  addScan(scan: SeriesScan, { from, to }: Range): void {
    let end = Number.NEGATIVE_INFINITY
    let summary: Summary | null = null
    let [time, type, value]: [Micros, ValueType, Value] = [0, 'double', null]
    const close = () => {
      if (summary !== null && time >= summary.last.time) {
        Object.assign(summary.last, { time, type, value })
      }
    }
    while (scan.next()) {
      if (scan.time < from || scan.time >= to) continue
      if (scan.time >= end || summary === null) {
        close()
        const index = Math.floor(scan.time / this.#width)
        end = (index + 1) * this.#width
        summary = this.#summaryAt(index, scan)
      }
      ;({ time, type, value } = scan)
      summary.count += 1
      const { number } = scan
      if (Number.isNaN(number)) continue
      summary.numbers += 1
      summary.sum += number
      summary.sumSquares += number * number
      if (number < summary.min) summary.min = number
      if (number > summary.max) summary.max = number
    }
    close()
  }

  /** The summary of a bucket, without the sample that is next. */
  #summaryAt(index: number, { time, type, value }: SeriesScan): Summary {
    const edge = { time, type, value }
    const known = this.#summaries.get(index)
    if (known) {
      if (time < known.first.time) Object.assign(known.first, edge)
      return known
    }
    const [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    const nothing = { count: 0, numbers: 0, min, max, sum: 0, sumSquares: 0 }
    // Each its own object: the last is written over.
    const summary = { ...nothing, first: edge, last: { ...edge } }
    this.#summaries.set(index, summary)
    return summary
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

  /** All that were added up, in order, with the time at which each bucket begins. */
  summaries(): [time: Micros, summary: Summary][] {
    return [...this.#summaries]
      .sort(([a], [b]) => a - b)
      .map(([index, summary]) => [index * this.#width, summary])
  }

  buckets(): Bucket[] {
    return this.summaries().map(([time, summary]) => ({
      time,
      count: summary.count,
      numbers: summary.numbers,
      min: summary.numbers > 0 ? summary.min : null,
      max: summary.numbers > 0 ? summary.max : null,
      mean: summary.numbers > 0 ? summary.sum / summary.numbers : null,
      first: summary.first,
      last: summary.last,
    }))
  }
}
