import { type Archive, type Bucket, type History, mergeSamples } from '@mla/archive'
import {
  formatDuration,
  type Micros,
  MlaError,
  microsPerSecond,
  type PointId,
  type Sample,
} from '@mla/model'
import { type ResampleMethod, regularOf, resample } from '@mla/processing'
import type { HotStore } from './hot-store.ts'

export interface HistoryRange {
  readonly from: Micros
  readonly to: Micros
}

export type HistoryAnswer = { readonly point: PointId } & (
  | History
  | { readonly tier: string; readonly samples: readonly Sample[]; readonly buckets: null }
)

interface HistoryParts {
  readonly archive: Archive
  readonly hot: HotStore
}

/** Samples of one point that a regular series may be made of. */
const maxResampled = 2_000_000
/** Series of steps that are multiples of this are made of buckets, from rollups where there are any. */
const rolledFrom = 60 * microsPerSecond

/** Raw samples where at most `maxPoints` lie in the range, else buckets. */
export async function readHistory(
  { archive, hot }: HistoryParts,
  point: PointId,
  { from, to }: HistoryRange,
  maxPoints: number,
): Promise<HistoryAnswer> {
  const overlay = hot.samples(point, from, to)
  const history = await archive.history({ point, from, to, maxPoints, overlay })
  return { point, ...history }
}

/** Percentiles of the numbers of a range, and of how many. Throws QUERY_TOO_LARGE. */
export async function readPercentiles(
  { archive, hot }: HistoryParts,
  point: PointId,
  { from, to }: HistoryRange,
  percents: readonly number[],
) {
  const shares = percents.map((percent) => percent / 100)
  const overlay = hot.samples(point, from, to)
  const { values, ...found } = await archive.quantiles({ point, from, to, shares, overlay })
  const shown = percents.map((percent, i) => ({ percent, value: values[i] ?? null }))
  return { point, ...found, values: shown }
}

export interface RegularSeries {
  readonly every: Micros
  readonly method: ResampleMethod
  /** How long a value counts after its time, for LAST and LINEAR; null until the next one. */
  readonly maxHold: Micros | null
}

/** One value every `every`, by `method`. Throws QUERY_TOO_LARGE. */
export async function readRegular(
  { archive, hot }: HistoryParts,
  point: PointId,
  { from, to }: HistoryRange,
  { every, method, maxHold }: RegularSeries,
): Promise<HistoryAnswer> {
  const isSummed = method !== 'LAST' && method !== 'LINEAR'
  // Steps that lie on the minutes of all the world are what buckets are: rollups have them.
  if (isSummed && from % every === 0 && every % rolledFrom === 0) {
    const overlay = hot.samples(point, from, to)
    const query = { point, from, to, maxPoints: 1, widthMicros: every, overlay }
    const { tier, buckets } = await archive.history(query)
    const steps = (buckets ?? []).map(withoutCodes)
    const samples = regularOf(steps, { point, from, to, every, method })
    return { point, tier, samples, buckets: null }
  }
  const count = await archive.count(point, from, to)
  if (count > maxResampled) {
    throw new MlaError(
      'QUERY_TOO_LARGE',
      `${point} has ${count} samples in this range, more than the ${maxResampled} that a series ` +
        `every ${formatDuration(every)} can be made of; ask for a shorter range, for MEAN, MIN, MAX ` +
        'or COUNT at whole minutes, or for buckets',
    )
  }
  const before = await archive.latest([point], from - 1)
  const archived: Sample[] = []
  for await (const page of archive.samples(point, from, to)) archived.push(...page)
  const samples = [...before.values(), ...mergeSamples([archived, hot.samples(point, from, to)])]
  const hold = maxHold === null ? {} : { maxHold }
  return {
    point,
    tier: 'raw',
    samples: resample(samples, { point, from, to, every, method, ...hold }),
    buckets: null,
  }
}

/** A mean of an enumeration's codes means nothing. */
const withoutCodes = (bucket: Bucket): Bucket =>
  bucket.first.type === 'enum'
    ? { ...bucket, numbers: 0, min: null, max: null, mean: null }
    : bucket
