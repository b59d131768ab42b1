/** Writes the files that are made from others. CI runs it and fails where it changes anything. */
import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { jsonSchema } from '../packages/cdb/src/index.ts'

const schemas = globSync('packages/model/schemas/SampleBatch.v*.avsc').sort((a, b) =>
  basename(a).localeCompare(basename(b), 'en', { numeric: true }),
)

writeFileSync(
  'packages/model/src/schemas.ts',
  [
    '// Made by `pnpm gen` from packages/model/schemas/*.avsc: edit those.',
    "import type { AvroSchema } from './fingerprint.ts'",
    '',
    '/** Every version ever used, oldest first; the last one is what is written. */',
    'export const sampleBatchSchemas: readonly AvroSchema[] = [',
    ...schemas.map((path) => `  ${JSON.stringify(JSON.parse(readFileSync(path, 'utf8')))},`),
    ']',
    '',
  ].join('\n'),
)

mkdirSync('cdb/schema', { recursive: true })
for (const [name, schema] of Object.entries(jsonSchema())) {
  writeFileSync(`cdb/schema/${name}.json`, `${JSON.stringify(schema, null, 2)}\n`)
}
execFileSync('node_modules/.bin/biome', ['format', '--write', 'cdb/schema'], { stdio: 'ignore' })
