import { z } from 'zod'
import { type FileKind, fileKinds } from './shape.ts'

/** The name of each kind's schema: `cdb/schema/<name>.json`. */
const schemaNames: Record<Exclude<FileKind, 'alarms'>, string> = {
  sources: 'sources',
  'archive-classes': 'archive-classes',
  enumerations: 'enumerations',
  components: 'components',
  telescopes: 'telescopes',
  templates: 'template',
  points: 'points',
  logs: 'logs',
  processing: 'processing',
}

/** JSON Schemas of the files, by name, for editors that complete and check while one types. */
export function jsonSchema(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(schemaNames).map(([kind, name]) => [
      name,
      withPlaceholders(
        z.toJSONSchema(fileKinds[kind as FileKind].schema, {
          io: 'input',
          reused: 'ref',
          unrepresentable: 'any',
        }),
      ),
    ]),
  )
}

const placeholder = { type: 'string', pattern: '^\\{[A-Za-z][A-Za-z0-9_]*\\}$' }

/** Where a number, a truth value or a fixed choice may stand, a parameter may stand too. */
function withPlaceholders(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withPlaceholders)
  if (!isMap(schema)) return schema
  const inner: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(schema)) {
    inner[key] = key === 'propertyNames' || key === 'enum' ? value : withPlaceholders(value)
  }
  const { type } = inner
  const isChoice = type === 'string' && Array.isArray(inner['enum'])
  if (type !== 'number' && type !== 'integer' && type !== 'boolean' && !isChoice) return inner
  const { description, ...rest } = inner
  const either = { anyOf: [rest, placeholder] }
  return description === undefined ? either : { description, ...either }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
