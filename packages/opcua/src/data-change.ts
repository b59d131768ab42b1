import { integerOf, type Micros, type Scalar, type ScalarType } from '@mla/model'
import { BinaryStream } from 'node-opcua-binary-stream'
import { DataChangeNotification, DataType, Variant } from 'node-opcua-client'
import type { NodeValue } from './port.ts'
import { carriedTypeOf, carry } from './values.ts'

/**
 * Reads the values of a DataChangeNotification straight from its bytes (OPC 10000-6, 5.2.2.17 and
 * OPC 10000-4, 7.25.2).
 *
 * node-opcua makes nine objects of each value, which were most of the collector's work. So its
 * decoder is replaced by one that keeps the bytes, and scalars of the plain types are read here;
 * everything else (arrays, structures, names) goes through node-opcua's Variant as before.
 */
const bodies = new WeakMap<DataChangeNotification, Buffer>()

const headerBytes = 4

DataChangeNotification.prototype.decode = function (stream: BinaryStream): void {
  // The ExtensionObject around it has just told the length of its body (OPC 10000-6, 5.2.2.15).
  const size = stream.buffer.readUInt32LE(stream.length - headerBytes)
  const body = stream.buffer.subarray(stream.length, stream.length + size)
  // A copy: the transport may use its memory again before the message has its turn.
  bodies.set(this, Buffer.from(body))
  stream.length += body.length
}

/** What the reader below needs of the subscription: the key of a client handle. */
export type KeyOf = (clientHandle: number) => string | undefined

/**
 * Appends the values of the notification whose handles are known, in the server's order. Throws
 * where the bytes are not what they should be; the values before that place are appended.
 */
export function readDataChange(
  notification: DataChangeNotification,
  keyOf: KeyOf,
  values: NodeValue[],
): void {
  const body = bodies.get(notification)
  if (body === undefined) throw new Error('a data change that did not come from the wire')
  const reader = createReader(body)
  const count = reader.int32()
  for (let i = 0; i < count; i++) {
    const value = reader.monitoredItem(keyOf)
    if (value !== null) values.push(value)
  }
}

/** Bits of a DataValue's first byte. */
const has = {
  value: 1,
  status: 2,
  sourceTime: 4,
  serverTime: 8,
  sourcePicoseconds: 16,
  serverPicoseconds: 32,
} as const

/** By the number of the built-in type (OPC 10000-6, 5.1.2), as far as they are read here. */
const plainTypes = Array.from({ length: DataType.DateTime + 1 }, (_, type) => carriedTypeOf(type))

/** 1601-01-01 on the clock that counts from 1970. */
const year1601 = Date.UTC(1601, 0, 1) * 1000

function createReader(bytes: Buffer) {
  let at = 0

  const skip = (size: number): number => {
    const start = at
    at += size
    return start
  }
  const uint32 = (): number => bytes.readUInt32LE(skip(4))
  const int32 = (): number => bytes.readInt32LE(skip(4))

  /**
   * A DateTime: 100 ns since 1601 in 64 bits, more than a double holds, so it is divided in halves.
   * Picoseconds come on top of it and never reach the next microsecond. 0 and less is null.
   */
  function time(): Micros | null {
    const low = uint32()
    const high = int32()
    if (high < 0 || (high === 0 && low === 0)) return null
    const tens = Math.floor(high / 10)
    const rest = Math.floor(((high - tens * 10) * 0x100000000 + low) / 10)
    return tens * 0x100000000 + year1601 + rest
  }

  function text(): string | null {
    const size = int32()
    if (size < 0) return null
    const start = skip(size)
    if (at > bytes.length) throw new RangeError(`a string of ${size} bytes`)
    return bytes.toString('utf8', start, at)
  }

  function unsigned(): number | bigint {
    const low = uint32()
    const high = uint32()
    return high < 0x200000
      ? high * 0x100000000 + low
      : integerOf((BigInt(high) << 32n) | BigInt(low))
  }

  function signed(): number | bigint {
    const low = uint32()
    const high = int32()
    return high >= 0 && high < 0x200000
      ? high * 0x100000000 + low
      : integerOf((BigInt(high) << 32n) | BigInt(low))
  }

  function scalar(type: ScalarType): Scalar | null {
    switch (type) {
      case 'boolean':
        return bytes.readUInt8(skip(1)) !== 0
      case 'int8':
        return bytes.readInt8(skip(1))
      case 'uint8':
        return bytes.readUInt8(skip(1))
      case 'int16':
        return bytes.readInt16LE(skip(2))
      case 'uint16':
        return bytes.readUInt16LE(skip(2))
      case 'int32':
        return int32()
      case 'uint32':
        return uint32()
      case 'int64':
        return signed()
      case 'uint64':
        return unsigned()
      case 'float':
        return bytes.readFloatLE(skip(4))
      case 'double':
        return bytes.readDoubleLE(skip(8))
      case 'datetime':
        return time()
      default:
        return text()
    }
  }

  /** Everything that is not a plain scalar, by node-opcua. */
  function variant(start: number) {
    const stream = new BinaryStream(bytes)
    stream.length = start
    const read = new Variant(null)
    read.decode(stream)
    at = stream.length
    return carry(read)
  }

  function monitoredItem(keyOf: KeyOf): NodeValue | null {
    const key = keyOf(uint32())
    const mask = bytes.readUInt8(skip(1))
    let type: NodeValue['type'] = null
    let value: NodeValue['value'] = null
    let unsupported: string | null = null
    if (mask & has.value) {
      const start = at
      const encoding = bytes.readUInt8(skip(1))
      const plain = plainTypes[encoding]
      if (plain !== undefined) {
        type = plain
        value = scalar(plain)
      } else if (encoding !== 0) ({ type, value, unsupported } = variant(start))
    }
    const status = mask & has.status ? uint32() : 0
    const sourceTime = mask & has.sourceTime ? time() : null
    if (mask & has.sourcePicoseconds) skip(2)
    const serverTime = mask & has.serverTime ? time() : null
    if (mask & has.serverPicoseconds) skip(2)
    // Unknown: of a node that is no longer watched.
    if (key === undefined) return null
    return { key, sourceTime, serverTime, status, type, value, unsupported }
  }

  return { int32, monitoredItem }
}
