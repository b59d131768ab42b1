import { type Micros, microsPerSecond } from '@mla/model'
import type { Series } from './series.ts'

/** What a window gives; `percentile` from 0 to 100, `timeInState` the seconds in one of `states`. */
export type Statistic =
  | { readonly kind: SimpleStatistic }
  | { readonly kind: 'percentile'; readonly percent: number }
  | { readonly kind: 'timeInState'; readonly states: readonly number[] }

export const simpleStatistics = [
  ...(['count', 'min', 'max', 'mean', 'stddev', 'first', 'last', 'integral', 'rate'] as const),
] as const
export type SimpleStatistic = (typeof simpleStatistics)[number]

/** Observations `from` to `to` (by index) of a series, which are those of [start, end). */
export interface Slice {
  readonly series: Series
  readonly from: number
  readonly to: number
  readonly start: Micros
  readonly end: Micros
  /** How long a value counts after it was observed. */
  readonly maxHold: Micros
}

export interface Outcome {
  /** Null where there is nothing to make it of. */
  readonly value: number | null
  /** Some of what it should be made of is missing, left out or UNCERTAIN. */
  readonly isPartial: boolean
}

/** Works out a statistic: of finite numbers that are not BAD; `count` counts every observation. */
export function statisticOf(statistic: Statistic, slice: Slice): Outcome {
  const { kind } = statistic
  if (kind === 'count') return { value: slice.to - slice.from, isPartial: false }
  if (kind === 'integral') return held(slice, (value) => value)
  if (kind === 'timeInState') {
    return held(slice, (value) => (statistic.states.includes(value) ? 1 : 0))
  }
  const numbers: number[] = []
  let isPartial = false
  for (let i = slice.from; i < slice.to; i++) {
    const value = slice.series.value(i)
    if (Number.isNaN(value)) isPartial = true
    else numbers.push(value)
    if (slice.series.isUncertain(i)) isPartial = true
  }
  const value =
    kind === 'rate'
      ? rateOf(slice)
      : kind === 'percentile'
        ? percentileOf(numbers, statistic.percent)
        : reduce[kind](numbers)
  return { value, isPartial }
}

const reduce: Readonly<
  Record<
    Exclude<SimpleStatistic, 'count' | 'integral' | 'rate'>,
    (all: readonly number[]) => number | null
  >
> = {
  min: (all) => (all.length === 0 ? null : all.reduce((a, b) => Math.min(a, b))),
  max: (all) => (all.length === 0 ? null : all.reduce((a, b) => Math.max(a, b))),
  mean: meanOf,
  stddev: deviationOf,
  first: (all) => all[0] ?? null,
  last: (all) => all.at(-1) ?? null,
}

/** Around the first value, so that a large offset does not eat the digits. */
export function meanOf(all: readonly number[]): number | null {
  const [origin] = all
  if (origin === undefined) return null
  let sum = 0
  for (const value of all) sum += value - origin
  const mean = origin + sum / all.length
  // Differences of the largest numbers overflow.
  return Number.isFinite(mean) ? mean : all.reduce((a, b) => a + b / all.length, 0)
}

/** The standard deviation of a sample (n - 1), in two passes. */
export function deviationOf(all: readonly number[]): number | null {
  const mean = meanOf(all)
  if (mean === null || all.length < 2) return null
  let [squares, rest] = [0, 0]
  for (const value of all) {
    squares += (value - mean) ** 2
    rest += value - mean
  }
  return Math.sqrt(Math.max(0, squares - rest ** 2 / all.length) / (all.length - 1))
}

/** On the line between the two nearest, as NumPy's default and DuckDB's quantile_cont. */
export function percentileOf(all: readonly number[], percent: number): number | null {
  if (all.length === 0) return null
  const sorted = Float64Array.from(all).sort()
  const at = ((sorted.length - 1) * percent) / 100
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? low
  return low === high ? low : low + (high - low) * (at - Math.floor(at))
}

/** The change per second from the first to the last number. */
function rateOf({ series, from, to }: Slice): number | null {
  while (from < to && Number.isNaN(series.value(from))) from++
  while (to > from && Number.isNaN(series.value(to - 1))) to--
  const seconds = (series.time(to - 1) - series.time(from)) / microsPerSecond
  return to - from < 2 || seconds <= 0
    ? null
    : (series.value(to - 1) - series.value(from)) / seconds
}

/**
 * The sum over time, in seconds, of what a value is worth while it is in force: from its
 * observation to the next one, at most `maxHold`; the one before the window counts at its start.
 */
function held(
  { series, from, to, start, end, maxHold }: Slice,
  worth: (v: number) => number,
): Outcome {
  let [sum, covered] = [0, 0]
  let isPartial = false
  for (let i = from > 0 ? from - 1 : from; i < to; i++) {
    const value = series.value(i)
    const begin = Math.max(start, series.time(i))
    const next = i + 1 < to ? series.time(i + 1) : end
    const until = Math.min(next, end, series.time(i) + maxHold)
    if (Number.isNaN(value) || until <= begin) continue
    if (series.isUncertain(i)) isPartial = true
    sum += worth(value) * ((until - begin) / microsPerSecond)
    covered += until - begin
  }
  return { value: covered === 0 ? null : sum, isPartial: isPartial || covered < end - start }
}
