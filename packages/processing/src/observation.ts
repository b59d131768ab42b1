import { latestOrder, type Micros, qualityOf, type Sample, sameValue } from '@mla/model'

/** A sample as functions of several samples see it. */
export interface Observation {
  /** The time of the sample; of one whose stamp lies in the future, when it was collected. */
  readonly time: Micros
  readonly serverTime: Micros | null
  /** Null also for what no function can reckon with: arrays and byte strings. */
  readonly value: Plain
  readonly status: number
}

export type Plain = number | boolean | string | null

/** OPC 10000-6, annex A.2: nothing is known; some of the data is missing or left out. */
export const badNoData = 0x809b0000
export const uncertainSubNormal = 0x40a40000

export const observationOf = (sample: Sample): Observation => ({
  time: latestOrder(sample),
  serverTime: sample.serverTime,
  value: plainOf(sample.value),
  status: sample.status,
})

/** 64-bit integers beyond 2^53 are rounded here; the archive has them whole. */
function plainOf(value: Sample['value']): Plain {
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'object' ? null : value
}

/** The number to reckon with: finite and not BAD, true as 1; else null. */
export function usable({ value, status }: Observation): number | null {
  if (qualityOf(status) === 'BAD') return null
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** The identity of a sample, of two of the same point and time. */
export const isCopy = (a: Observation, b: Observation): boolean =>
  a.time === b.time &&
  a.serverTime === b.serverTime &&
  a.status === b.status &&
  sameValue(a.value, b.value)

export type Saved = null | boolean | number | string | readonly Saved[] | SavedRecord
export interface SavedRecord {
  readonly [key: string]: Saved
}

/** JSON has no NaN, no infinities and no -0. */
export const savePlain = (value: Plain): Saved =>
  typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
    ? [Object.is(value, -0) ? '-0' : String(value)]
    : value

export const loadPlain = (saved: Saved | undefined): Plain => {
  if (Array.isArray(saved)) return Number(saved[0])
  return saved === undefined || typeof saved === 'object' ? null : saved
}

export const saveObservation = ({ time, serverTime, value, status }: Observation): Saved => [
  ...[time, serverTime, savePlain(value), status],
]

export function loadObservation(saved: Saved | undefined): Observation {
  const [time, serverTime, value, status] = listOf(saved)
  return {
    time: loadNumber(time),
    serverTime: typeof serverTime === 'number' ? serverTime : null,
    value: loadPlain(value),
    status: loadNumber(status),
  }
}

export const listOf = (saved: Saved | undefined): readonly Saved[] =>
  Array.isArray(saved) ? saved : []
export const recordOf = (saved: Saved | undefined): SavedRecord =>
  typeof saved === 'object' && saved !== null && !Array.isArray(saved) ? (saved as SavedRecord) : {}
export const loadNumber = (saved: Saved | undefined): number => Number(loadPlain(saved) ?? 0)
