import { millisOf, type Point, type Sample, type Series, type Value } from './api.ts'
import { showSpan } from './format.ts'

/** What one point's line is drawn from. Times in seconds; null breaks the line. */
export interface Trace {
  readonly point: Point
  readonly times: number[]
  /** The value, or the mean of a bucket or an array. */
  readonly middle: (number | null)[]
  readonly low: (number | null)[]
  readonly high: (number | null)[]
  /** Values that each stands for: those of a bucket that have a mean, or 1. */
  readonly counts: number[]
  /** Names of an enumeration's codes, or of the texts that were given codes here. */
  readonly names: Map<number, string>
  /** In words: raw values, or buckets and how long each is. */
  tier: string
}

export const rawTier = 'raw values'

export const createTrace = (point: Point): Trace => ({
  point,
  times: [],
  middle: [],
  low: [],
  high: [],
  counts: [],
  names: new Map(namesOf(point)),
  tier: rawTier,
})

const namesOf = ({ type, enumeration }: Point): readonly [number, string][] =>
  type === 'boolean'
    ? [
        [0, 'false'],
        [1, 'true'],
      ]
    : (enumeration ?? []).map(({ code, name }) => [code, name])

/** States change in steps; everything else is drawn as a line from sample to sample. */
export const isStepped = ({ type }: Pick<Point, 'type'>): boolean =>
  /^(boolean|enum|string|datetime|bytes)/.test(type)

interface Reading {
  readonly middle: number | null
  readonly low: number | null
  readonly high: number | null
}

const gap: Reading = { middle: null, low: null, high: null }

/** A value as numbers: an array by its mean and extent, a text by a code of its own. */
function readingOf(value: Value, text: string | null, trace: Trace): Reading {
  if (value === null) return gap
  if (typeof value === 'object') {
    const numbers = value.map(Number).filter(Number.isFinite)
    if (numbers.length === 0) return gap
    const middle = numbers.reduce((sum, each) => sum + each, 0) / numbers.length
    return { middle, low: Math.min(...numbers), high: Math.max(...numbers) }
  }
  const number = numberOf(value, trace)
  if (text !== null && number !== null) trace.names.set(number, text)
  return { middle: number, low: number, high: number }
}

function numberOf(value: string | number | boolean, { point, names }: Trace): number | null {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return Number(value)
  if (!/^(string|datetime|bytes)/.test(point.type)) {
    const number = Number(value)
    return Number.isFinite(number) ? number : null
  }
  for (const [code, name] of names) if (name === value) return code
  names.set(names.size, value)
  return names.size - 1
}

const push = (trace: Trace, time: number, { middle, low, high }: Reading, count = 1): void => {
  trace.times.push(time)
  trace.middle.push(middle)
  trace.low.push(low)
  trace.high.push(high)
  trace.counts.push(count)
}

/** Adds what is newer than the trace's end. A BAD or null sample breaks the line. */
export function appendSamples(trace: Trace, samples: readonly Sample[]): void {
  for (const sample of samples) {
    const time = millisOf(sample.time) / 1000
    const last = trace.times[trace.times.length - 1]
    if (last !== undefined && time <= last) continue
    const reading = sample.quality === 'BAD' ? gap : readingOf(sample.value, sample.text, trace)
    push(trace, time, reading)
  }
}

/**
 * The trace of one point's history. A bucket that is left out breaks the line only behind one that
 * ended with a gap marker: otherwise the value did not change, and holds.
 */
export function traceOf(point: Point, series: Series | undefined, names: Trace['names']): Trace {
  const trace = createTrace(point)
  for (const [code, name] of names) trace.names.set(code, name)
  if (!series) return trace
  if (series.samples) appendSamples(trace, series.samples)
  const buckets = series.buckets ?? []
  const width = bucketWidth(buckets.map(({ time }) => millisOf(time) / 1000))
  if (series.buckets)
    trace.tier = `${Number.isFinite(width) ? `${showSpan(width * 1000)} ` : ''}buckets`
  let isSilent = false
  for (const { time, count, mean, min, max, last } of buckets) {
    const at = millisOf(time) / 1000
    const before = trace.times[trace.times.length - 1]
    if (isSilent && before !== undefined && at - before > 1.5 * width)
      push(trace, before + width, gap)
    isSilent = last === null
    // A state's bucket shows the last state: the mean of two codes is no state.
    const reading = isStepped(point)
      ? readingOf(last, null, trace)
      : { middle: mean, low: min, high: max }
    push(trace, at, reading, count)
  }
  return trace
}

/** Draws the value in force where the range begins from there on: it may have changed long before. */
export function holdBefore(trace: Trace, sample: Sample | undefined, from: number): void {
  const first = trace.times[0]
  if (!sample || (first !== undefined && first <= from)) return
  if (millisOf(sample.time) / 1000 > from) return
  const reading = sample.quality === 'BAD' ? gap : readingOf(sample.value, sample.text, trace)
  trace.times.unshift(from)
  trace.middle.unshift(reading.middle)
  trace.low.unshift(reading.low)
  trace.high.unshift(reading.high)
  trace.counts.unshift(0)
}

/** The smallest distance between neighbours: buckets are aligned, empty ones are left out. */
function bucketWidth(times: readonly number[]): number {
  let width = Number.POSITIVE_INFINITY
  for (let i = 1; i < times.length; i++)
    width = Math.min(width, (times[i] ?? 0) - (times[i - 1] ?? 0))
  return width
}

/** Forgets what is older than `before` seconds, one sample excepted: the line enters from there. */
export function trim(trace: Trace, before: number): void {
  let drop = 0
  while (drop + 1 < trace.times.length && (trace.times[drop + 1] ?? 0) < before) drop++
  if (drop < 500) return
  for (const column of [trace.times, trace.middle, trace.low, trace.high, trace.counts])
    column.splice(0, drop)
}

type Column = (number | null | undefined)[]

/**
 * One list of times for all traces, and three columns (middle, low, high) per trace: null breaks a
 * line, undefined says that another trace has this time. A trace whose last value holds is drawn on
 * to `holdUntil` seconds, so that a value that did not change does not look like a missing one.
 * Raw values have no band: their low and high stay empty, and cost no drawing.
 */
export function align(
  traces: readonly Trace[],
  holdUntil: number | null,
): [times: number[], ...columns: Column[]] {
  const all = new Set<number>()
  for (const { times } of traces) for (const time of times) all.add(time)
  if (holdUntil !== null && all.size > 0) all.add(holdUntil)
  const times = [...all].sort((a, b) => a - b)
  const columns: Column[] = []
  for (const trace of traces) {
    const middle: Column = new Array(times.length)
    const low: Column = new Array(times.length)
    const high: Column = new Array(times.length)
    const hasBand = trace.low.some((each, i) => each !== trace.high[i])
    let from = 0
    for (let i = 0; i < times.length; i++) {
      if (trace.times[from] !== times[i]) continue
      middle[i] = trace.middle[from]
      if (hasBand) {
        low[i] = trace.low[from]
        high[i] = trace.high[from]
      }
      from++
    }
    const last = trace.middle[trace.middle.length - 1]
    const end = trace.times[trace.times.length - 1] ?? Number.POSITIVE_INFINITY
    if (holdUntil !== null && times[times.length - 1] === holdUntil && end < holdUntil)
      middle[times.length - 1] = last
    columns.push(middle, low, high)
  }
  return [times, ...columns]
}

export interface Extent {
  readonly last: number | null
  readonly min: number | null
  readonly max: number | null
  /** Of the values themselves, also where buckets are drawn. */
  readonly mean: number | null
  readonly count: number
}

/** Last, lowest, highest and mean of a trace in [from, to] seconds. */
export function extentOf(trace: Trace, from: number, to: number): Extent {
  let last: number | null = null
  let min: number | null = null
  let max: number | null = null
  let count = 0
  let sum = 0
  let weight = 0
  for (let i = 0; i < trace.times.length; i++) {
    const time = trace.times[i] ?? 0
    if (time > to) break
    last = trace.middle[i] ?? null
    if (time < from) continue
    count++
    if (last !== null) {
      sum += last * (trace.counts[i] ?? 0)
      weight += trace.counts[i] ?? 0
    }
    const low = trace.low[i] ?? null
    const high = trace.high[i] ?? null
    if (low !== null && (min === null || low < min)) min = low
    if (high !== null && (max === null || high > max)) max = high
  }
  return { last, min, max, mean: weight > 0 ? sum / weight : null, count }
}

/** The last value at or before a time in seconds; null in a gap or before the first. */
export function valueAt(trace: Trace, time: number): number | null {
  let low = 0
  let high = trace.times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((trace.times[middle] ?? 0) <= time) low = middle + 1
    else high = middle
  }
  return low === 0 ? null : (trace.middle[low - 1] ?? null)
}
