/** An Avro schema as its JSON: a name, a union, or an object. */
export type AvroSchema = string | readonly AvroSchema[] | { readonly [key: string]: unknown }

const empty = 0xc15d213aa4d7a795n
const table = Array.from({ length: 256 }, (_, byte) => {
  let code = BigInt(byte)
  for (let bit = 0; bit < 8; bit++) code = (code >> 1n) ^ (empty & -(code & 1n))
  return code
})

/** CRC-64-AVRO of a schema's parsing canonical form (Avro 1.12, "Schema Fingerprints"). */
export function fingerprintOf(schema: AvroSchema): bigint {
  let code = empty
  for (const byte of new TextEncoder().encode(canonicalForm(schema))) {
    code = (code >> 8n) ^ (table[Number((code ^ BigInt(byte)) & 0xffn)] ?? 0n)
  }
  return code
}

/** Parsing canonical form (Avro 1.12, "Transforming into Parsing Canonical Form"). */
export function canonicalForm(schema: AvroSchema, namespace = ''): string {
  if (typeof schema === 'string') return JSON.stringify(fullName(schema, namespace))
  if (Array.isArray(schema)) {
    return `[${schema.map((branch) => canonicalForm(branch, namespace)).join(',')}]`
  }
  const { type, name, fields, symbols, items, values, size } = schema as Record<string, unknown>
  if (name === undefined && items === undefined && values === undefined) {
    return canonicalForm(type as AvroSchema, namespace)
  }
  const parts: string[] = []
  const own = (schema as Record<string, unknown>)['namespace']
  const full = name === undefined ? '' : fullName(name as string, (own as string) ?? namespace)
  const inner = full.includes('.') ? full.slice(0, full.lastIndexOf('.')) : ''
  if (name !== undefined) parts.push(`"name":${JSON.stringify(full)}`)
  parts.push(`"type":${JSON.stringify(type)}`)
  if (fields !== undefined) {
    const list = (fields as { name: string; type: AvroSchema }[]).map(
      (field) =>
        `{"name":${JSON.stringify(field.name)},"type":${canonicalForm(field.type, inner)}}`,
    )
    parts.push(`"fields":[${list.join(',')}]`)
  }
  if (symbols !== undefined) parts.push(`"symbols":${JSON.stringify(symbols)}`)
  const inside = name === undefined ? namespace : inner
  if (items !== undefined) parts.push(`"items":${canonicalForm(items as AvroSchema, inside)}`)
  if (values !== undefined) parts.push(`"values":${canonicalForm(values as AvroSchema, inside)}`)
  if (size !== undefined) parts.push(`"size":${Number(size)}`)
  return `{${parts.join(',')}}`
}

const primitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']

const fullName = (name: string, namespace: string): string =>
  name.includes('.') || namespace === '' || primitives.includes(name)
    ? name
    : `${namespace}.${name}`
