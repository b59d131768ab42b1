import { formatTime } from './time.ts'
import { type JsonValue, type Scalar, scalarTypeOf, type Value, type ValueType } from './value.ts'

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
