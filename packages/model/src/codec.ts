import avsc from 'avsc'
import { MlaError } from './errors.ts'
import { type AvroSchema, fingerprintOf } from './fingerprint.ts'
import { readLogBatch, writeLogBatch } from './log-batch.ts'
import { LogCursor } from './log-cursor.ts'
import type { LogBatch } from './log-record.ts'
import type { PointId } from './point.ts'
import type { SampleBatch } from './sample.ts'
import { readSampleBatch, writeSampleBatch } from './sample-batch.ts'
import { logBatchSchemas, sampleBatchSchemas } from './schemas.ts'
import { skim } from './skim.ts'
import { readWantedSamples } from './wanted-samples.ts'
import { AvroReader } from './wire-reader.ts'
import { AvroWriter } from './wire-writer.ts'

/** Single-object encoding (Avro 1.12): the marker C3 01 and the fingerprint, 8 bytes LE. */
export const headerSize = 10

export interface Codec<T> {
  encode(record: T): Uint8Array
  /** Throws DECODE_FAILED, or SCHEMA_UNKNOWN for a fingerprint never learned. */
  decode(bytes: Uint8Array): T
  /** Lets `decode` read what was written with another version of the schema. */
  learn(schema: AvroSchema): void
}

/** Reads and writes one record type; `schemas` are all its versions, the newest last. */
interface Layout<T> {
  readonly schemas: readonly AvroSchema[]
  write(writer: AvroWriter, record: T): void
  read(reader: AvroReader): T
}

/** Writes with the newest schema, reads with every version that was ever in use. */
function createCodec<T>({ schemas, write, read }: Layout<T>) {
  const writer = new AvroWriter(256 * 1024)
  const newest = schemas.at(-1) as AvroSchema
  const header = headerOf(newest)
  const readable = new Map<bigint, (bytes: Uint8Array) => Uint8Array>()
  const learn = (schema: AvroSchema): void => {
    readable.set(fingerprintOf(schema), translator(schema, newest))
  }
  const own = fingerprintOf(newest)
  for (const schema of schemas.slice(0, -1)) learn(schema)

  /** A reader of the body as the newest schema lays it out. */
  const readerOf = (bytes: Uint8Array): AvroReader => {
    const fingerprint = fingerprintIn(bytes)
    if (fingerprint === own) return new AvroReader(bytes, headerSize)
    const translate = readable.get(fingerprint)
    if (translate) return new AvroReader(translate(bytes.subarray(headerSize)))
    throw new MlaError('SCHEMA_UNKNOWN', `no schema has fingerprint ${hex(fingerprint)}`, {
      details: { fingerprint: hex(fingerprint) },
    })
  }
  const decodeBy = <R>(bytes: Uint8Array, readBody: (reader: AvroReader) => R): R => {
    const reader = readerOf(bytes)
    const record = readBody(reader)
    if (reader.left > 0) throw reader.fail('bytes left over')
    return record
  }
  return {
    encode(record: T): Uint8Array {
      writer.raw(header)
      write(writer, record)
      return writer.take()
    },
    decode: (bytes: Uint8Array): T => decodeBy(bytes, read),
    decodeBy,
    learn,
    readerOf,
  }
}

export interface SampleBatchCodec extends Codec<SampleBatch> {
  /** As `decode`, of the wanted points alone; see readWantedSamples. */
  decodeWanted(bytes: Uint8Array, wants: (point: PointId) => boolean): SampleBatch
}

export function createSampleBatchCodec(): SampleBatchCodec {
  const { encode, decode, decodeBy, learn } = createCodec({
    schemas: sampleBatchSchemas,
    write: writeSampleBatch,
    read: (reader) => readSampleBatch(reader),
  })
  return {
    ...{ encode, decode, learn },
    decodeWanted: (bytes, wants) =>
      decodeBy(bytes, (reader) =>
        readSampleBatch(reader, (samples) => readWantedSamples(samples, wants)),
      ),
  }
}

export interface LogBatchCodec extends Codec<LogBatch> {
  /** Walks the records without making objects of them. Throws as `decode` does, also later. */
  cursor(bytes: Uint8Array): LogCursor
}

export function createLogBatchCodec(): LogBatchCodec {
  const { encode, decode, learn, readerOf } = createCodec({
    schemas: logBatchSchemas,
    write: writeLogBatch,
    read: readLogBatch,
  })
  return { encode, decode, learn, cursor: (bytes) => new LogCursor(readerOf(bytes)) }
}

export function headerOf(schema: AvroSchema): Buffer {
  const header = Buffer.alloc(headerSize)
  header.writeUInt16BE(0xc301)
  header.writeBigUInt64LE(fingerprintOf(schema), 2)
  return header
}

/** The fingerprint in front of a single-object encoded record. Throws DECODE_FAILED. */
export function fingerprintIn(bytes: Uint8Array): bigint {
  if (bytes.length < headerSize || bytes[0] !== 0xc3 || bytes[1] !== 0x01) {
    throw new MlaError('DECODE_FAILED', 'no Avro single-object marker (C3 01) in front')
  }
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(2, true)
}

export const hex = (fingerprint: bigint): string => fingerprint.toString(16).padStart(16, '0')

/** avsc refuses longs beyond 2^53 unless told how to carry them. */
const long = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(value)
    return bytes
  },
  fromJSON: (value: number | string) => BigInt(value),
  toJSON: (value: bigint) => value.toString(),
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
})

/** An avsc type of a schema, with longs as bigint and unions named. */
export const avscTypeOf = (schema: AvroSchema): avsc.Type =>
  avsc.Type.forSchema(schema as avsc.Schema, { registry: { long }, wrapUnions: true })

/** Rewrites a body from the schema that wrote it to the one that reads it (schema resolution). */
function translator(from: AvroSchema, to: AvroSchema): (bytes: Uint8Array) => Uint8Array {
  const reader = avscTypeOf(to)
  const writer = avscTypeOf(from)
  const resolver = reader.createResolver(writer)
  return (bytes) => {
    skim(from, new AvroReader(bytes))
    try {
      return reader.toBuffer(reader.fromBuffer(Buffer.from(bytes), resolver))
    } catch (cause) {
      throw new MlaError('DECODE_FAILED', `not readable with this schema: ${String(cause)}`, {
        cause,
      })
    }
  }
}
