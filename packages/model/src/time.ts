import { MlaError } from './errors.ts'

/**
 * Microseconds since 1970-01-01T00:00:00Z, a whole number.
 *
 * A double holds every microsecond from 1684 to 2255 and every whole second of the years 1601 to
 * 9999 (the range of an OPC-UA DateTime) exactly.
 */
export type Micros = number

export const microsPerSecond = 1_000_000
export const microsPerDay = 86_400 * microsPerSecond

export const microsOfMillis = (millis: number): Micros => millis * 1000

/** The UTC day that a time lies in, counted from 1970-01-01. */
export const dayOf = (time: Micros): number => Math.floor(time / microsPerDay)

const rfc3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

/** Parses an RFC 3339 time; digits finer than a microsecond are cut off. Throws TIME_INVALID. */
export function parseTime(text: string): Micros {
  const match = rfc3339.exec(text)
  if (!match) throw invalid(text)
  const [, year, month, day, hour, minute, second, fraction = '', sign, zoneHour, zoneMinute] =
    match.map((part) => part ?? '')
  const fields = [year, month, day, hour, minute, second].map(Number)
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = fields
  const date = new Date(0)
  date.setUTCFullYear(y, mo - 1, d)
  date.setUTCHours(h, mi, s)
  const inRange = date.getUTCMonth() === mo - 1 && date.getUTCDate() === d && h < 24 && mi < 60
  if (!inRange || s > 60) throw invalid(text)
  const zone = sign ? (sign === '-' ? -1 : 1) * (Number(zoneHour) * 60 + Number(zoneMinute)) : 0
  const micros = Number(fraction.padEnd(6, '0').slice(0, 6))
  return (date.getTime() - zone * 60_000) * 1000 + micros
}

const invalid = (text: string): MlaError =>
  new MlaError(
    'TIME_INVALID',
    `"${text.slice(0, 60)}" is not an RFC 3339 time such as 2026-11-21T04:00:00.123456Z`,
  )

/** RFC 3339 in UTC with as many decimals as needed: none, 3 or 6. */
export function formatTime(time: Micros): string {
  const millis = Math.floor(time / 1000)
  const micros = time - millis * 1000
  const text = new Date(millis).toISOString()
  if (micros !== 0) return `${text.slice(0, -1)}${String(micros).padStart(3, '0')}Z`
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text
}

const units: Readonly<Record<string, number>> = {
  ms: 1000,
  s: microsPerSecond,
  m: 60 * microsPerSecond,
  h: 3600 * microsPerSecond,
  d: microsPerDay,
  w: 7 * microsPerDay,
}

/** Parses "250ms", "1s", "5m", "1h", "1d" or "1w" to microseconds. Throws TIME_INVALID. */
export function parseDuration(text: string): Micros {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text)
  const size = Number(match?.[1]) * (units[match?.[2] ?? ''] ?? Number.NaN)
  if (!match || !Number.isFinite(size) || size <= 0) {
    throw new MlaError(
      'TIME_INVALID',
      `"${text.slice(0, 60)}" is not a duration such as 250ms, 1s, 5m, 1h, 1d`,
    )
  }
  return Math.round(size)
}

/** The shortest text of a duration that parseDuration reads back. */
export function formatDuration(duration: Micros): string {
  for (const unit of ['w', 'd', 'h', 'm', 's'] as const) {
    const size = units[unit] ?? 1
    if (duration >= size && duration % size === 0) return `${duration / size}${unit}`
  }
  return `${duration / 1000}ms`
}
