import type { AvroSchema } from './fingerprint.ts'
import type { AvroReader } from './wire-reader.ts'

type Read = (reader: AvroReader) => unknown

/**
 * Reads what a schema lays out into plain objects, with its bounds checked as it goes. Longs are numbers
 * within 2^53. Texts of the fields in `names` are likely to come again, and are kept as one.
 */
export function compileReader(schema: AvroSchema, names: ReadonlySet<string>): Read {
  const named = new Map<string, Read>()
  const read = compile(schema, { named, names }, false)
  return (reader) => {
    const value = read(reader)
    if (reader.left > 0) throw reader.fail('bytes left over')
    return value
  }
}

interface Context {
  /** What has a name may be used again by it, also in itself. */
  readonly named: Map<string, Read>
  readonly names: ReadonlySet<string>
}

function compile(schema: AvroSchema, context: Context, isName: boolean): Read {
  if (Array.isArray(schema)) {
    const branches = (schema as AvroSchema[]).map((branch) => compile(branch, context, isName))
    return (reader) => {
      const branch = branches[reader.number()]
      if (branch === undefined) throw reader.fail('a union branch that does not exist')
      return branch(reader)
    }
  }
  if (typeof schema === 'string') {
    return primitives(isName)[schema] ?? ((reader) => known(schema, context)(reader))
  }
  const { type, name } = schema as Record<string, unknown>
  const make = compound[String(type)]
  if (!make) return compile(type as AvroSchema, context, isName)
  const read = make(schema as Record<string, unknown>, context, isName)
  if (typeof name === 'string') context.named.set(name, read)
  return read
}

function known(name: string, { named }: Context): Read {
  const read = named.get(name)
  if (!read) throw new TypeError(`a schema has no type "${name}"`)
  return read
}

const compound: Readonly<
  Record<string, (schema: Record<string, unknown>, context: Context, isName: boolean) => Read>
> = {
  record(schema, context) {
    const fields = (schema['fields'] as { name: string; type: AvroSchema }[]).map(
      ({ name, type }) => [name, compile(type, context, context.names.has(name))] as const,
    )
    return (reader) => {
      const record: Record<string, unknown> = {}
      for (const [name, read] of fields) record[name] = read(reader)
      return record
    }
  },
  enum(schema) {
    const symbols = schema['symbols'] as readonly string[]
    return (reader) => {
      const symbol = symbols[reader.number()]
      if (symbol === undefined) throw reader.fail('an enumeration symbol that does not exist')
      return symbol
    }
  },
  fixed(schema) {
    const size = schema['size'] as number
    return (reader) => {
      const { at } = reader
      reader.skip(size)
      return Buffer.from(reader.source.subarray(at, at + size))
    }
  },
  array(schema, context, isName) {
    const read = compile(schema['items'] as AvroSchema, context, isName)
    return (reader) => reader.items(() => read(reader))
  },
  map(schema, context, isName) {
    const read = compile(schema['values'] as AvroSchema, context, isName)
    // A key may be `__proto__`: only what is defined as a property is one.
    return (reader) =>
      Object.fromEntries(reader.items((): [string, unknown] => [reader.name(), read(reader)]))
  },
}

const primitives = (isName: boolean): Readonly<Record<string, Read>> => ({
  null: () => null,
  boolean: (reader) => reader.boolean(),
  int: safeLong,
  long: safeLong,
  float: (reader) => reader.float(),
  double: (reader) => reader.double(),
  string: isName ? (reader) => reader.name() : (reader) => reader.string(),
  bytes: (reader) => Buffer.from(reader.bytes()),
})

function safeLong(reader: AvroReader): number {
  const value = reader.long()
  if (typeof value === 'bigint') throw reader.fail('a number beyond 2^53')
  return value
}
