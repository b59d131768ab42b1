/** Writes the files that are made from others. CI runs it and fails where it changes anything. */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'

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
