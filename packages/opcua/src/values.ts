import {
  integerOf,
  type Micros,
  type Scalar,
  type ScalarType,
  type Value,
  type ValueType,
} from '@mla/model'
import { DataType, type DataValue, type Variant, VariantArrayType } from 'node-opcua-client'

/** What a Variant is in the words of the model. */
export interface Carried {
  readonly type: ValueType | null
  readonly value: Value
  readonly unsupported: string | null
}

interface Carrier {
  readonly type: ScalarType
  /** Null where node-opcua's value is already the model's. */
  readonly read: ((value: never) => Scalar | null) | null
}

const nothing: Carried = { type: null, value: null, unsupported: null }

function carrierOf(type: number): Carrier | undefined {
  switch (type) {
    case DataType.Boolean:
      return { type: 'boolean', read: null }
    case DataType.SByte:
      return { type: 'int8', read: null }
    case DataType.Byte:
      return { type: 'uint8', read: null }
    case DataType.Int16:
      return { type: 'int16', read: null }
    case DataType.UInt16:
      return { type: 'uint16', read: null }
    case DataType.Int32:
      return { type: 'int32', read: null }
    case DataType.UInt32:
      return { type: 'uint32', read: null }
    case DataType.Int64:
      return { type: 'int64', read: signed }
    case DataType.UInt64:
      return { type: 'uint64', read: unsigned }
    case DataType.Float:
      return { type: 'float', read: null }
    case DataType.Double:
      return { type: 'double', read: null }
    case DataType.String:
    case DataType.Guid:
    case DataType.XmlElement:
      return { type: 'string', read: null }
    case DataType.DateTime:
      return { type: 'datetime', read: dateTime }
    case DataType.ByteString:
      return { type: 'bytes', read: bytes }
    case DataType.LocalizedText:
      return { type: 'string', read: localized }
    case DataType.NodeId:
    case DataType.ExpandedNodeId:
    case DataType.StatusCode:
    case DataType.QualifiedName:
      return { type: 'string', read: words }
    default:
      return undefined
  }
}

type Pair = readonly [high: number, low: number]

/** node-opcua gives 64 bits as two unsigned halves. */
const unsigned = ([high, low]: Pair): number | bigint =>
  high < 0x200000 ? high * 0x100000000 + low : integerOf((BigInt(high) << 32n) | BigInt(low))

const signed = ([high, low]: Pair): number | bigint =>
  high < 0x200000
    ? high * 0x100000000 + low
    : integerOf(BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)))

/** A copy: the library's bytes are a window on the whole message. */
const bytes = (value: Uint8Array | null): Uint8Array | null =>
  value === null ? null : new Uint8Array(value)

const localized = (value: { readonly text?: string | null } | null): string | null =>
  value?.text ?? null

const words = (value: object | null): string | null => value?.toString() ?? null

/** OPC-UA's null DateTime: it counts from here (OPC 10000-6, 5.2.2.5). */
const year1601 = Date.UTC(1601, 0, 1)

/** node-opcua hangs what is finer than a millisecond on the Date. */
function dateTime(value: (Date & { readonly picoseconds?: number }) | null): Micros | null {
  const millis = value?.getTime() ?? Number.NaN
  if (millis <= year1601 || Number.isNaN(millis)) return null
  return millis * 1000 + Math.floor((value?.picoseconds ?? 0) / 1_000_000)
}

/** The full status code, 32 bits without sign, info bits included. */
export const statusOf = ({ statusCode }: DataValue): number => statusCode.value >>> 0

/** OPC-UA's built-in types (OPC 10000-6, 5.1.2) that have a place in the model. */
const carriers: readonly (Carrier | undefined)[] = Array.from({ length: 26 }, (_, type) =>
  carrierOf(type),
)

/** The model's type of a scalar of a built-in type; undefined where it has no place there. */
export const carriedTypeOf = (type: number): ScalarType | undefined => carriers[type]?.type

export function carry(variant: Variant | null): Carried {
  if (variant === null || variant.dataType === DataType.Null) return nothing
  const carrier = carriers[variant.dataType]
  if (carrier === undefined) return { ...nothing, unsupported: nameOf(variant) }
  const { type, read } = carrier
  if (variant.arrayType === VariantArrayType.Scalar) {
    const value = variant.value as Scalar | null
    return { type, value: read ? read(value as never) : value, unsupported: null }
  }
  const items = variant.value as ArrayLike<Scalar | null> | null
  return { type: `${type}[]`, value: items ? listOf(items, read) : null, unsupported: null }
}

/** Typed arrays become plain ones; a matrix comes flattened, the last dimension fastest. */
function listOf(items: ArrayLike<Scalar | null>, read: Carrier['read']): (Scalar | null)[] {
  const list = new Array<Scalar | null>(items.length)
  for (let i = 0; i < items.length; i++) {
    const item = items[i] ?? null
    list[i] = read ? read(item as never) : item
  }
  return list
}

/** The name of a type that is not carried; of an unknown structure the id of its encoding. */
function nameOf(variant: Variant): string {
  const array = variant.arrayType === VariantArrayType.Scalar ? '' : '[]'
  const first: unknown = Array.isArray(variant.value) ? variant.value[0] : variant.value
  return (structureName(first) ?? DataType[variant.dataType] ?? `${variant.dataType}`) + array
}

function structureName(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null
  // node-opcua's OpaqueStructure, which it does not export.
  if ('nodeId' in value && 'buffer' in value) return `structure ${value.nodeId}`
  if (!('schema' in value)) return null
  const { schema } = value
  return typeof schema === 'object' && schema !== null && 'name' in schema ? `${schema.name}` : null
}
