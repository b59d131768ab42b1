/** Writes the files that are made from others. CI runs it and fails where it changes anything. */
import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { jsonSchema } from '../packages/cdb/src/index.ts'
import { writeDashboards } from './grafana/write.ts'
import { writeMetrics } from './metrics.ts'

/** The files of each schema, oldest version first; in order of name. */
const versions = new Map<string, string[]>()
for (const path of globSync('packages/model/schemas/*.v*.avsc').sort(byName)) {
  const [name = ''] = basename(path).split('.')
  versions.set(name, [...(versions.get(name) ?? []), path])
}

function byName(a: string, b: string): number {
  return basename(a).localeCompare(basename(b), 'en', { numeric: true })
}
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const constantOf = (name: string) => `${name.charAt(0).toLowerCase()}${name.slice(1)}Schemas`

writeFileSync(
  'packages/model/src/schemas.ts',
  [
    '// Made by `pnpm gen` from packages/model/schemas/*.avsc: edit those.',
    "import type { AvroSchema } from './fingerprint.ts'",
    '',
    '// Every version ever used, oldest first; the last one is what is written.',
    ...[...versions].flatMap(([name, paths]) => [
      `export const ${constantOf(name)}: readonly AvroSchema[] = [`,
      ...paths.map((path) => `  ${JSON.stringify(read(path))},`),
      ']',
    ]),
    '',
    '/** All of them, for those who read the topics with other programs. */',
    'export const allSchemas: readonly AvroSchema[] = [',
    ...[...versions.keys()].map((name) => `  ...${constantOf(name)},`),
    ']',
    '',
  ].join('\n'),
)

interface Field {
  readonly name: string
  readonly type: unknown
  readonly doc?: string
}

/** A type as people say it: `null or long`, `array of Sample`. */
function words(type: unknown): string {
  if (typeof type === 'string') return type
  if (Array.isArray(type)) return type.map(words).join(' or ')
  const { type: kind, name, items } = type as { type: unknown; name?: string; items?: unknown }
  if (kind === 'array') return `array of ${words(items)}`
  return name ?? words(kind)
}

/** Every record, enumeration and fixed of a schema with what is in it, a row each. */
function rowsOf(type: unknown): string[] {
  if (Array.isArray(type)) return type.flatMap(rowsOf)
  if (typeof type !== 'object' || type === null) return []
  const { name, fields, symbols, size, items, doc, type: inner } = type as Record<string, unknown>
  const nested = [...((fields as Field[]) ?? []).map(({ type }) => type), items, inner]
  const own = [
    ...((fields as Field[]) ?? []).map((one) => row(name, one.name, words(one.type), one.doc)),
    ...(symbols ? [row(name, '', (symbols as string[]).join(', '), doc)] : []),
    ...(size ? [row(name, '', `${size} bytes`, doc)] : []),
  ]
  return [...own, ...nested.flatMap(rowsOf)]
}

const row = (...cells: unknown[]): string => `| ${cells.map((cell) => cell ?? '').join(' | ')} |`

/** What is on the topics that carry one record, as its newest schema says. */
function section(paths: readonly string[]): string[] {
  const newest = read(paths.at(-1) ?? '')
  return [
    `## ${newest.namespace}.${newest.name}`,
    '',
    newest.doc ?? '',
    '',
    row('record', 'field', 'type', 'meaning'),
    '|---|---|---|---|',
    ...rowsOf(newest),
    '',
  ]
}

writeFileSync(
  'docs/schemas.md',
  [
    '<!-- Made by `pnpm gen` from packages/model/schemas/*.avsc: edit those. -->',
    '',
    '# What is on the topics',
    '',
    'Avro, single-object encoding: the bytes C3 01, the CRC-64-AVRO fingerprint of the schema in 8 bytes',
    'little-endian, the body. The schemas themselves are on `mla.schemas`, by fingerprint.',
    '',
    ...[...versions.values()].flatMap(section),
  ].join('\n'),
)

mkdirSync('cdb/schema', { recursive: true })
for (const [name, schema] of Object.entries(jsonSchema())) {
  writeFileSync(`cdb/schema/${name}.json`, `${JSON.stringify(schema, null, 2)}\n`)
}
execFileSync('node_modules/.bin/biome', ['format', '--write', 'cdb/schema'], { stdio: 'ignore' })

writeDashboards('grafana/dashboards')
await writeMetrics('docs/metrics.md')
