import {
  integerOf,
  isArrayType,
  type Scalar,
  type ScalarType,
  scalarTypeOf,
  type Value,
  type ValueType,
} from '@mla/model'
import { DataValue } from 'node-opcua-data-value'
import { coerceStatusCode, StatusCodes } from 'node-opcua-status-code'
import { DataType, type Variant, VariantArrayType } from 'node-opcua-variant'
import type { Made } from '../faults.ts'

/** OPC-UA's built-in type of each of ours (OPC 10000-6, 5.1.2); an enumeration travels as Int32. */
export const dataTypes: Readonly<Record<ScalarType, DataType>> = {
  boolean: DataType.Boolean,
  int8: DataType.SByte,
  uint8: DataType.Byte,
  int16: DataType.Int16,
  uint16: DataType.UInt16,
  int32: DataType.Int32,
  uint32: DataType.UInt32,
  int64: DataType.Int64,
  uint64: DataType.UInt64,
  float: DataType.Float,
  double: DataType.Double,
  string: DataType.String,
  datetime: DataType.DateTime,
  bytes: DataType.ByteString,
  enum: DataType.Int32,
}

export function dataValueOf(made: Made, serverMs: number): DataValue {
  const dataValue = new DataValue(null)
  dataValue.statusCode = made.status === 0 ? StatusCodes.Good : coerceStatusCode(made.status)
  dataValue.sourceTimestamp = new Date(made.sourceMs)
  dataValue.serverTimestamp = new Date(serverMs)
  if (made.value !== null) fill(dataValue.value, made.type, made.value)
  return dataValue
}

function fill(variant: Variant, type: ValueType, value: Value): void {
  const scalar = scalarTypeOf(type)
  variant.dataType = dataTypes[scalar]
  if (!isArrayType(type)) {
    variant.value = encoded(scalar, value)
    return
  }
  variant.arrayType = VariantArrayType.Array
  const elements = Array.isArray(value) ? value.map((one) => encoded(scalar, one)) : []
  variant.value = typedArray(scalar, elements)
}

/** node-opcua keeps 64-bit integers as [high, low], times as Date, byte strings as Buffer. */
function encoded(type: ScalarType, value: Value): unknown {
  switch (type) {
    case 'int64':
    case 'uint64': {
      const bits = BigInt.asUintN(64, BigInt(value as number | bigint))
      return [Number(bits >> 32n), Number(bits & 0xffff_ffffn)]
    }
    case 'datetime':
      return new Date(Number(value) / 1000)
    case 'bytes':
      return value instanceof Uint8Array ? Buffer.from(value) : null
    default:
      return value
  }
}

const typedArrays: Partial<Record<ScalarType, (values: readonly number[]) => unknown>> = {
  int8: (values) => Int8Array.from(values),
  uint8: (values) => Uint8Array.from(values),
  int16: (values) => Int16Array.from(values),
  uint16: (values) => Uint16Array.from(values),
  int32: (values) => Int32Array.from(values),
  enum: (values) => Int32Array.from(values),
  uint32: (values) => Uint32Array.from(values),
  float: (values) => Float32Array.from(values),
  double: (values) => Float64Array.from(values),
}

const typedArray = (type: ScalarType, values: readonly unknown[]): unknown =>
  typedArrays[type]?.(values.map(Number)) ?? values

/** The value that a variant of ours carries, in the words of the model again. */
export function modelValueOf(variant: Variant): Value {
  const { dataType, value } = variant
  if (value === null || value === undefined) return null
  if (variant.arrayType === VariantArrayType.Scalar) return decoded(dataType, value)
  return Array.from(value as ArrayLike<unknown>, (one) => decoded(dataType, one))
}

function decoded(dataType: DataType, value: unknown): Scalar {
  switch (dataType) {
    case DataType.Int64:
    case DataType.UInt64: {
      const [high = 0, low = 0] = value as readonly number[]
      const bits = (BigInt(high) << 32n) | BigInt(low)
      return integerOf(dataType === DataType.Int64 ? BigInt.asIntN(64, bits) : bits)
    }
    case DataType.DateTime:
      return (value as Date).getTime() * 1000
    default:
      return value as Scalar
  }
}
