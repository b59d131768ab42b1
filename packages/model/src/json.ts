import { MlaError } from './errors.ts'
import { formatTime, parseTime } from './time.ts'
import {
  fits,
  integerOf,
  isArrayType,
  type JsonValue,
  type Scalar,
  type ScalarType,
  scalarTypeOf,
  type Value,
  type ValueType,
} from './value.ts'

/** A value as the API shows it; see JsonValue. */
export function jsonOf(type: ValueType, value: Value): JsonValue {
  const datetime = scalarTypeOf(type) === 'datetime'
  if (Array.isArray(value)) return value.map((item) => jsonOfScalar(item, datetime))
  return jsonOfScalar(value as Scalar | null, datetime)
}

function jsonOfScalar(value: Scalar | null, datetime: boolean): JsonValue {
  switch (typeof value) {
    case 'number':
      if (datetime) return formatTime(value)
      return Number.isFinite(value) ? value : String(value)
    case 'bigint':
      return value.toString()
    case 'object':
      return value === null ? null : Buffer.from(value).toString('base64')
    default:
      return value
  }
}

/** The value that `jsonOf` shows so. Throws DECODE_FAILED for what it never shows of this type. */
export function valueOfJson(type: ValueType, json: unknown): Value {
  const scalar = scalarTypeOf(type)
  if (json === null) return null
  const isArray = isArrayType(type)
  if (isArray === Array.isArray(json)) {
    const scalarIn = (one: unknown) => (one === null ? null : scalarOfJson(scalar, one))
    const value = Array.isArray(json) ? json.map(scalarIn) : scalarIn(json)
    if (value !== null && fits(type, value)) return value
  }
  throw new MlaError('DECODE_FAILED', `${JSON.stringify(json).slice(0, 60)} is no ${type}`)
}

function scalarOfJson(type: ScalarType, json: unknown): Scalar | null {
  if (type === 'datetime') return typeof json === 'string' ? parseTime(json) : null
  if (type === 'bytes') {
    return typeof json === 'string' ? new Uint8Array(Buffer.from(json, 'base64')) : null
  }
  if (typeof json === 'string' && type !== 'string') {
    if (type === 'float' || type === 'double') return Number(json)
    return /^-?\d+$/.test(json) ? integerOf(BigInt(json)) : null
  }
  return json as Scalar
}
