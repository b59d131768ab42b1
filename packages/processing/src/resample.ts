import {
  type Micros,
  type PointId,
  qualityOf,
  type Sample,
  timeOf,
  type Value,
  type ValueType,
} from '@mla/model'
import { badNoData, uncertainSubNormal } from './observation.ts'

export const resampleMethods = ['LAST', 'LINEAR', 'MEAN', 'MIN', 'MAX', 'COUNT'] as const
export type ResampleMethod = (typeof resampleMethods)[number]

export interface ResampleSettings {
  readonly point: PointId
  /** Steps lie at from, from + every, … below to. */
  readonly from: Micros
  readonly to: Micros
  readonly every: Micros
  readonly method: ResampleMethod
  /** How long a value counts after its time, for LAST and LINEAR; without it, until the next one. */
  readonly maxHold?: Micros
}

const good = 0

/**
 * A regular series of a point: one sample for every step, null with BadNoData where nothing is
 * known. `samples` are in order of time, and may begin with the last one before `from`.
 *
 * LAST is the value in force at the step. LINEAR lies on the line between the values around it;
 * where that has no meaning (no number, BAD, nothing behind) it is LAST. MEAN, MIN, MAX and COUNT
 * are of the samples in [step, step + every): COUNT of all, the others of the finite numbers that
 * are not BAD; UncertainDataSubNormal tells that some were left out.
 */
export function resample(samples: readonly Sample[], settings: ResampleSettings): Sample[] {
  const { point, from, to, every, method, maxHold = Number.POSITIVE_INFINITY } = settings
  const steps: Sample[] = []
  let next = 0
  for (let k = 0, time = from; time < to; time = from + ++k * every) {
    if (method === 'LAST' || method === 'LINEAR') {
      while (next < samples.length && timeOf(samples[next] as Sample) <= time) next += 1
      const before = notOlder(samples[next - 1], time - maxHold)
      const after = samples[next]
      steps.push(
        method === 'LINEAR' && after !== undefined && timeOf(after) <= time + maxHold
          ? between(before, after, point, time)
          : held(before, point, time),
      )
      continue
    }
    while (next < samples.length && timeOf(samples[next] as Sample) < time) next += 1
    const start = next
    const end = Math.min(time + every, to)
    while (next < samples.length && timeOf(samples[next] as Sample) < end) next += 1
    steps.push(summed(samples.slice(start, next), method, point, time))
  }
  return steps
}

/** What a step's samples come to, as someone else has summed them up. */
export interface StepSummary {
  /** Where the step begins. */
  readonly time: Micros
  /** Of all samples. */
  readonly count: number
  /** Of the finite numbers that are not BAD; the others are made of these. */
  readonly numbers: number
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
}

/** The series that `resample` makes of the same samples by MEAN, MIN, MAX or COUNT, from their summaries. */
export function regularOf(
  summaries: readonly StepSummary[],
  { point, from, to, every, method }: ResampleSettings,
): Sample[] {
  const byTime = new Map(summaries.map((one) => [one.time, one]))
  const steps: Sample[] = []
  for (let k = 0, time = from; time < to; time = from + ++k * every) {
    const found = byTime.get(time)
    const { count = 0, numbers = 0 } = found ?? {}
    if (method === 'COUNT') {
      steps.push(step(point, time, 'uint32', count, good))
      continue
    }
    const value = method === 'MEAN' ? found?.mean : method === 'MIN' ? found?.min : found?.max
    const status = numbers === count ? good : uncertainSubNormal
    steps.push(step(point, time, 'double', value ?? null, value == null ? badNoData : status))
  }
  return steps
}

const notOlder = (sample: Sample | undefined, oldest: Micros): Sample | undefined =>
  sample !== undefined && timeOf(sample) < oldest ? undefined : sample

const step = (
  point: PointId,
  time: Micros,
  type: ValueType,
  value: Value,
  status: number,
  text: string | null = null,
): Sample => ({
  point,
  sourceTime: time,
  serverTime: null,
  collectedTime: time,
  type,
  value,
  text,
  status,
})

const held = (before: Sample | undefined, point: PointId, time: Micros): Sample =>
  before
    ? step(point, time, before.type, before.value, before.status, before.text)
    : step(point, time, 'double', null, badNoData)

function between(
  before: Sample | undefined,
  after: Sample | undefined,
  point: PointId,
  time: Micros,
): Sample {
  const low = before && numberOf(before)
  const high = after && numberOf(after)
  if (!before || !after || low == null || high == null) return held(before, point, time)
  const share = (time - timeOf(before)) / (timeOf(after) - timeOf(before))
  return step(point, time, 'double', low + (high - low) * share, before.status)
}

function summed(
  samples: readonly Sample[],
  method: Exclude<ResampleMethod, 'LAST' | 'LINEAR'>,
  point: PointId,
  time: Micros,
): Sample {
  if (method === 'COUNT') return step(point, time, 'uint32', samples.length, good)
  const numbers = samples.map(numberOf).filter((value) => value !== null)
  const status = numbers.length === samples.length ? good : uncertainSubNormal
  if (numbers.length === 0) return step(point, time, 'double', null, badNoData)
  let sum = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const value of numbers) {
    sum += value
    if (value < min) min = value
    if (value > max) max = value
  }
  const value = method === 'MEAN' ? sum / numbers.length : method === 'MIN' ? min : max
  return step(point, time, 'double', value, status)
}

/** The value as a number that may be reckoned with, else null. */
function numberOf({ value, type, status }: Sample): number | null {
  if (qualityOf(status) === 'BAD' || type === 'enum' || type === 'datetime') return null
  const number = typeof value === 'bigint' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}
