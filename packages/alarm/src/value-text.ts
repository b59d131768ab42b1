import { integerOf, type Micros, parseTime } from '@mla/model'
import { parseAlarm } from './alarm-state.ts'
import { formatIasTime, parseIasTime } from './ias-time.ts'
import { type IasType, type IasValue, isAlarm } from './iasio.ts'

const integers: Partial<Record<IasType, readonly [bigint, bigint]>> = {
  LONG: [-(2n ** 63n), 2n ** 63n - 1n],
  INT: [-(2n ** 31n), 2n ** 31n - 1n],
  SHORT: [-(2n ** 15n), 2n ** 15n - 1n],
  BYTE: [-(2n ** 7n), 2n ** 7n - 1n],
}

/** IAS carries every value as text. Null where the text is no value of the type. */
export function parseIasValue(type: IasType, text: string): IasValue | null {
  switch (type) {
    case 'DOUBLE':
    case 'FLOAT':
      return doubleOf(text)
    case 'BOOLEAN':
      return text.trim().toLowerCase() === 'true'
    case 'CHAR':
      return text.length > 0 ? String.fromCodePoint(text.codePointAt(0) ?? 0) : null
    case 'STRING':
      return text
    case 'TIMESTAMP':
      return timestampOf(text)
    case 'ARRAYOFDOUBLES':
      return arrayOf(text, doubleOf)
    case 'ARRAYOFLONGS':
      return arrayOf(text, (one) => integerIn('LONG', one))
    case 'ALARM':
      return parseAlarm(text)
    default:
      return integerIn(type, text)
  }
}

export function formatIasValue(type: IasType, value: IasValue): string {
  if (isAlarm(value)) return value.text
  if (Array.isArray(value)) return `[${value.join(', ')}]`
  if (type === 'TIMESTAMP' && typeof value === 'number') return formatIasTime(value)
  return Object.is(value, -0) ? '-0' : String(value)
}

/** A double as Java writes it, so that properties read as those of IAS: `150.0`, `1.0E7`, `5.0E-4`. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  const [digits = '', exponent] =
    size === 0 || (size >= 1e-3 && size < 1e7)
      ? [Object.is(value, -0) ? '-0' : String(value)]
      : value.toExponential().split('e')
  const mantissa = digits.includes('.') ? digits : `${digits}.0`
  return exponent === undefined ? mantissa : `${mantissa}E${Number(exponent)}`
}

/** As IAS writes it, or as RFC 3339 has it. */
export function timestampOf(text: string): Micros | null {
  const time = parseIasTime(text)
  if (time !== null) return time
  try {
    return parseTime(text.trim())
  } catch {
    return null
  }
}

function doubleOf(text: string): number | null {
  const trimmed = text.trim()
  if (trimmed === '') return null
  const value = Number(trimmed.replace(/(?<=[\d.])[dDfF]$/, ''))
  return Number.isNaN(value) && trimmed !== 'NaN' ? null : value
}

function integerIn(type: IasType, text: string): number | bigint | null {
  const [low, high] = integers[type] ?? [0n, 0n]
  if (!/^\s*[-+]?\d{1,20}\s*$/.test(text)) return null
  const value = BigInt(text.trim().replace(/^\+/, ''))
  return value >= low && value <= high ? integerOf(value) : null
}

function arrayOf<T>(text: string, one: (text: string) => T | null): readonly T[] | null {
  const inner = text.replace(/[[\]\s]/g, '')
  if (inner === '') return []
  const items = inner.split(',').map(one)
  const known = items.filter((item) => item !== null)
  return known.length === items.length ? known : null
}
