import avsc from 'avsc'
import { type Codec, fingerprintIn, headerOf, headerSize, hex } from './codec.ts'
import { compileReader } from './compiled-reader.ts'
import { MlaError } from './errors.ts'
import { type AvroSchema, fingerprintOf } from './fingerprint.ts'
import { skim } from './skim.ts'
import { AvroReader } from './wire-reader.ts'

/**
 * A codec for records that have none of their own: avsc writes, and reads what older schemas wrote. Longs
 * are numbers, so they stay within 2^53. Writes with the newest schema, reads with every one. `encode`
 * throws VALUE_INVALID for what is not as the schema says. The texts of the fields in `names` come
 * again and again.
 */
export function createRecordCodec<T>(
  schemas: readonly AvroSchema[],
  names: readonly string[] = [],
): Codec<T> {
  const newest = schemas.at(-1)
  if (newest === undefined) throw new TypeError('a codec needs a schema')
  const type = avsc.Type.forSchema(newest as avsc.Schema)
  const header = headerOf(newest)
  const own = fingerprintOf(newest)
  const readOwn = compileReader(newest, new Set(names))
  const readable = new Map<bigint, (body: Buffer) => unknown>()
  const learn = (schema: AvroSchema): void => {
    const writer = avsc.Type.forSchema(schema as avsc.Schema)
    const resolver = type.createResolver(writer)
    readable.set(fingerprintOf(schema), (body) => {
      skim(schema, new AvroReader(body))
      return type.fromBuffer(body, resolver)
    })
  }
  for (const schema of schemas.slice(0, -1)) learn(schema)

  return {
    encode(record) {
      try {
        return Buffer.concat([header, type.toBuffer(record)])
      } catch (cause) {
        throw new MlaError('VALUE_INVALID', `not as its schema says: ${String(cause)}`, { cause })
      }
    },
    decode(bytes) {
      const fingerprint = fingerprintIn(bytes)
      const read = readable.get(fingerprint)
      if (fingerprint !== own && !read) {
        throw new MlaError('SCHEMA_UNKNOWN', `no schema has fingerprint ${hex(fingerprint)}`, {
          details: { fingerprint: hex(fingerprint) },
        })
      }
      try {
        if (fingerprint === own || !read) return readOwn(new AvroReader(bytes, headerSize)) as T
        return plain(read(Buffer.from(bytes.subarray(headerSize)))) as T
      } catch (cause) {
        if (cause instanceof MlaError) throw cause
        throw new MlaError('DECODE_FAILED', `not readable: ${String(cause)}`, { cause })
      }
    },
    learn,
  }
}

/** avsc makes objects of classes of its own; ours are plain. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]))
}
