/** The types of a single value: OPC-UA's built-in ones, by the names that the API shows. */
export const scalarTypes = [
  'boolean',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float',
  'double',
  'string',
  'datetime',
  'bytes',
  'enum',
] as const

export type ScalarType = (typeof scalarTypes)[number]
export type ArrayType = `${ScalarType}[]`
export type ValueType = ScalarType | ArrayType

/**
 * One value. Integers of every width are a number where that is exact and a bigint beyond 2^53;
 * a datetime is microseconds; an enumeration is its code; a string or byte string may be null
 * inside an array, as in OPC-UA.
 */
export type Scalar = boolean | number | bigint | string | Uint8Array
export type Value = null | Scalar | readonly (Scalar | null)[]

export const isArrayType = (type: ValueType): type is ArrayType => type.endsWith('[]')

/** The type of one element: of `double[]` and of `double` it is `double`. */
export const scalarTypeOf = (type: ValueType): ScalarType =>
  (isArrayType(type) ? type.slice(0, -2) : type) as ScalarType

export const isValueType = (text: string): text is ValueType => {
  const scalar = text.endsWith('[]') ? text.slice(0, -2) : text
  return (scalarTypes as readonly string[]).includes(scalar)
}

const integerRanges: Partial<Record<ScalarType, readonly [bigint, bigint]>> = {
  int8: [-(2n ** 7n), 2n ** 7n - 1n],
  uint8: [0n, 2n ** 8n - 1n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  enum: [-(2n ** 31n), 2n ** 31n - 1n],
}

/** The integer in its one form: a number where that is exact, else a bigint. */
export const integerOf = (value: bigint): number | bigint =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value

/** True when `value` is one that a point of type `type` may have; null always is. */
export function fits(type: ValueType, value: Value): boolean {
  if (value === null) return true
  if (!isArrayType(type)) return !Array.isArray(value) && fitsScalar(type, value as Scalar)
  if (!Array.isArray(value)) return false
  const scalar = scalarTypeOf(type)
  const mayBeNull = scalar === 'string' || scalar === 'bytes'
  return value.every((one) => (one === null ? mayBeNull : fitsScalar(scalar, one as Scalar)))
}

function fitsScalar(type: ScalarType, value: Scalar): boolean {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean'
    case 'string':
      return typeof value === 'string'
    case 'bytes':
      return value instanceof Uint8Array
    case 'float':
    case 'double':
      return typeof value === 'number'
    case 'datetime':
      return typeof value === 'number' && Number.isInteger(value)
    default:
      return fitsInteger(type, value)
  }
}

function fitsInteger(type: ScalarType, value: Scalar): boolean {
  const [low, high] = integerRanges[type] ?? [0n, -1n]
  if (typeof value === 'bigint') return value >= low && value <= high
  return Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high
}

/** Equal as data: NaN equals NaN, arrays and byte strings by content; -0 and 0 are two values. */
export function sameValue(a: Value, b: Value): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Uint8Array !== b instanceof Uint8Array || a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    if (!sameValue(a[i] as Value, b[i] as Value)) return false
  }
  return true
}

/**
 * The value as JSON can carry it: numbers, strings, booleans and arrays of them; integers beyond
 * 2^53 and non-finite numbers as strings, byte strings as base64, date-times as RFC 3339.
 */
export type JsonValue = null | boolean | number | string | readonly JsonValue[]
