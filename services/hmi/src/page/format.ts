import type { Quality, Value } from './api.ts'

/** `main` is what one reads; `minor` is beside it in grey (an enumeration's code). */
export interface ShownValue {
  readonly main: string
  readonly minor: string
}

/** A value as an operator reads it; `digits` are the decimals that its column keeps. */
export function showValue(
  value: Value,
  text: string | null,
  type: string,
  digits: number,
): ShownValue {
  if (value === null) return { main: '—', minor: '' }
  if (Array.isArray(value)) return { main: showArray(value, digits), minor: '' }
  if (text !== null && text !== '') return { main: text, minor: String(value) }
  if (typeof value === 'number') return { main: showNumber(value, type, digits), minor: '' }
  if (typeof value === 'boolean') return { main: value ? 'true' : 'false', minor: '' }
  if (type === 'bytes')
    return { main: `${Math.floor((String(value).length * 3) / 4)} bytes`, minor: '' }
  return { main: String(value) === '' ? '""' : String(value), minor: '' }
}

const showNumber = (value: number, type: string, digits: number): string => {
  if (!isReal(type)) return String(value)
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e7 || size < 1e-4)) return value.toExponential(3)
  return value.toFixed(digits)
}

const showArray = (values: readonly unknown[], digits: number): string => {
  const shown = values
    .slice(0, 6)
    .map((v) =>
      typeof v === 'number' && !Number.isInteger(v) ? v.toFixed(Math.min(digits, 3)) : v,
    )
  return `${values.length} × [${shown.join(' ')}${values.length > 6 ? ' …' : ''}]`
}

const isReal = (type: string): boolean => type.startsWith('float') || type.startsWith('double')

/**
 * The decimals for about five digits of a value of this size. `before` are those in use: they are
 * kept while they suit, so that 9.9999 to 10.000 and back does not make a column jump.
 */
export function decimalsOf(value: Value, before: number | undefined): number {
  const first = Array.isArray(value) ? value[0] : value
  if (typeof first !== 'number' || !Number.isFinite(first) || first === 0) return before ?? 3
  const whole = Math.floor(Math.log10(Math.abs(first)))
  const wanted = Math.max(0, Math.min(6, 4 - whole))
  return before !== undefined && Math.abs(wanted - before) <= 1 ? before : wanted
}

/** Whole units only, so that it does not flicker: "4 s", "12 min", "3 h", "8 d". */
export function showAge(millis: number): string {
  const seconds = Math.max(0, Math.floor(millis / 1000))
  if (seconds < 100) return `${seconds} s`
  if (seconds < 100 * 60) return `${Math.floor(seconds / 60)} min`
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86400)} d`
}

const two = (n: number): string => String(n).padStart(2, '0')

/** `2026-11-21 04:22:58`, in UTC or in the time of this computer. */
export function showTime(millis: number, zone: 'utc' | 'local'): string {
  const at = zone === 'utc' ? millis : millis - new Date(millis).getTimezoneOffset() * 60_000
  return Number.isFinite(at) ? new Date(at).toISOString().slice(0, 19).replace('T', ' ') : '—'
}

/** As `showTime`, with milliseconds. */
export function showMillis(millis: number, zone: 'utc' | 'local'): string {
  const fraction = Math.floor(((millis % 1000) + 1000) % 1000)
  return `${showTime(millis, zone)}.${String(fraction).padStart(3, '0')}`
}

/** `04:22:58`, with tenths when `fine`. */
export function showClock(millis: number, zone: 'utc' | 'local', fine = false): string {
  const at = new Date(millis)
  const [h, m, s] =
    zone === 'utc'
      ? [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()]
      : [at.getHours(), at.getMinutes(), at.getSeconds()]
  const tenths = fine ? `.${String(at.getMilliseconds()).padStart(3, '0')}` : ''
  return `${two(h)}:${two(m)}:${two(s)}${tenths}`
}

/** `5 min`, `1 h`, `2.5 d`. */
export function showSpan(millis: number): string {
  const units: readonly [number, string][] = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ]
  const [size, unit] = units.find(([each]) => millis >= each) ?? [1, 'ms']
  return `${Number((millis / size).toPrecision(3))} ${unit}`
}

const unitSigns: Readonly<Record<string, string>> = {
  Cel: '°C',
  deg: '°',
  By: 'B',
  Ohm: 'Ω',
}
const powers = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** A unit of the UCUM, in which the configuration is written, as people write it. */
export const showUnit = (unit: string | null): string =>
  (unit ?? '')
    .replace(/[{}]/g, '')
    .replace(/[A-Za-z]+/g, (part) => unitSigns[part] ?? part.replace(/^u(?=[a-zA-Z]{1,3}$)/, 'µ'))
    .replace(/(?<=[a-z])-?[2-9]\b/gi, (power) =>
      [...power].map((digit) => (digit === '-' ? '⁻' : (powers[Number(digit)] ?? digit))).join(''),
    )
    .replace(/(?<=\S)\.(?=\S)/g, '·')

/** Names of the status codes that operators meet (OPC 10000-6, annex A.2), without info bits. */
const statusNames: Readonly<Record<number, string>> = {
  32768: 'bad',
  32770: 'internal error',
  32778: 'timed out',
  32781: 'server not connected',
  32799: 'no right to read it',
  32817: 'no communication',
  32818: 'waiting for first value',
  32820: 'node unknown at its server',
  32825: 'encoding not supported',
  32826: 'not readable',
  32828: 'out of range',
  32884: 'type mismatch',
  32905: 'configuration error',
  32906: 'not connected',
  32907: 'device failure',
  32908: 'sensor failure',
  32909: 'out of service',
  32926: 'data unavailable',
  32942: 'connection closed',
  16384: 'uncertain',
  16527: 'no communication, last value',
  16528: 'last usable value',
  16529: 'substitute value',
  16530: 'initial value',
  16531: 'sensor not accurate',
  16532: 'beyond its units',
  16533: 'sub-normal',
}

/** The status in words; its code in hexadecimal when it is none of the usual. */
export function showStatus(status: number, quality: Quality): string {
  if (quality === 'GOOD') return 'good'
  const name = statusNames[status >>> 16]
  return name ?? `${quality.toLowerCase()} 0x${status.toString(16).padStart(8, '0')}`
}

export const isNoCommunication = (status: number): boolean => status >>> 16 === 0x8031
