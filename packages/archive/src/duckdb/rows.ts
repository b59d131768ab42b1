import {
  AvroReader,
  AvroWriter,
  isArrayType,
  type PointId,
  readValue,
  type Sample,
  type ScalarType,
  scalarTypeOf,
  scalarTypes,
  timeOf,
  type Value,
  type ValueType,
  writeValue,
} from '@mla/model'

/** The columns of a row of `samples`, in their order. */
export const columns =
  'time, source_time, server_time, collected_time, status, type, number, other, text'

export type Cell = number | bigint | Uint8Array | string | null
export type Row = readonly [bigint, bigint | null, bigint | null, bigint, ...Cell[]]

const scratch = new AvroWriter(64)

/** A number goes into a column of its own; whatever that does not hold exactly is coded beside. */
export function rowOf(sample: Sample): Row {
  const scalar = scalarTypeOf(sample.type)
  const number = numberIn(sample.value)
  return [
    micros(timeOf(sample)),
    sample.sourceTime === null ? null : micros(sample.sourceTime),
    sample.serverTime === null ? null : micros(sample.serverTime),
    micros(sample.collectedTime),
    sample.status,
    scalarTypes.indexOf(scalar) | (isArrayType(sample.type) ? 16 : 0),
    number,
    isWhole(sample.value) ? null : coded(scalar, sample.value),
    sample.text,
  ]
}

export function sampleOf(point: PointId, row: readonly Cell[]): Sample {
  const [, source, server, collected, status, typeCode, number, other, text] = row
  const type = typeOf(Number(typeCode))
  return {
    point,
    sourceTime: source === null ? null : Number(source),
    serverTime: server === null ? null : Number(server),
    collectedTime: Number(collected),
    type,
    value: valueIn(type, number as number | null, other as Uint8Array | null),
    text: text as string | null,
    status: Number(status),
  }
}

export function typeOf(code: number): ValueType {
  const scalar = scalarTypes[code & 15] as ScalarType
  return code & 16 ? `${scalar}[]` : scalar
}

export function valueIn(type: ValueType, number: number | null, other: Uint8Array | null): Value {
  if (other !== null) return readValue(new AvroReader(other), scalarTypeOf(type))
  if (number === null) return null
  return type === 'boolean' ? number === 1 : number
}

const micros = (time: number): bigint => BigInt(time)

function numberIn(value: Value): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'number' ? value : null
}

const isWhole = (value: Value): boolean =>
  value === null || typeof value === 'number' || typeof value === 'boolean'

function coded(scalar: ScalarType, value: Value): Uint8Array {
  writeValue(scratch, scalar, value)
  return scratch.take()
}
