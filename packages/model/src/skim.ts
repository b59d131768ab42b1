import type { AvroSchema } from './fingerprint.ts'
import type { AvroReader } from './wire-reader.ts'

type Named = Map<string, Record<string, unknown>>

/**
 * Walks bytes as `schema` lays them out and throws DECODE_FAILED where they do not fit, before a
 * general decoder is let loose on them: avsc believes any item count that it reads.
 */
export function skim(schema: AvroSchema, reader: AvroReader): void {
  skimType(schema, reader, namedIn(schema), 0)
  if (reader.left > 0) throw reader.fail('bytes left over')
}

/** Every named type of a schema: one may be used where its definition is not walked through. */
function namedIn(schema: unknown, named: Named = new Map()): Named {
  if (Array.isArray(schema)) for (const branch of schema) namedIn(branch, named)
  else if (typeof schema === 'object' && schema !== null) {
    const { name, type, fields, items, values } = schema as Record<string, unknown>
    if (['record', 'enum', 'fixed'].includes(String(type))) named.set(String(name), { ...schema })
    for (const inner of [type, fields, items, values]) namedIn(inner, named)
  }
  return named
}

function skimType(schema: AvroSchema, reader: AvroReader, named: Named, depth: number): void {
  if (depth > 64) throw reader.fail('nested deeper than 64')
  if (Array.isArray(schema)) {
    const branch = (schema as AvroSchema[])[reader.number()]
    if (branch === undefined) throw reader.fail('a union branch that does not exist')
    skimType(branch, reader, named, depth + 1)
    return
  }
  const known = typeof schema === 'string' ? named.get(schema) : (schema as Record<string, unknown>)
  if (known === undefined) {
    skimPrimitive(schema as string, reader)
    return
  }
  switch (known['type']) {
    case 'record':
      for (const field of known['fields'] as { type: AvroSchema }[]) {
        skimType(field.type, reader, named, depth + 1)
      }
      return
    case 'enum':
      if ((known['symbols'] as string[])[reader.number()] === undefined) {
        throw reader.fail('an enumeration symbol that does not exist')
      }
      return
    case 'fixed':
      reader.skip(known['size'] as number)
      return
    case 'array':
      reader.items(() => skimType(known['items'] as AvroSchema, reader, named, depth + 1))
      return
    case 'map':
      reader.items(() => {
        skimPrimitive('string', reader)
        skimType(known['values'] as AvroSchema, reader, named, depth + 1)
      })
      return
    default:
      skimType(known['type'] as AvroSchema, reader, named, depth + 1)
  }
}

function skimPrimitive(name: string, reader: AvroReader): void {
  if (name === 'boolean') reader.boolean()
  else if (name === 'int' || name === 'long') reader.long()
  else if (name === 'float') reader.skip(4)
  else if (name === 'double') reader.skip(8)
  else if (name === 'string' || name === 'bytes') reader.skip(reader.number())
}
