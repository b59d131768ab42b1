import type { z } from 'zod'
import { explainIssues } from './explain.ts'
import { type LogsFields, logsFile } from './log-shape.ts'
import { type ParsedFile, parseFile } from './parse-file.ts'
import type { LineOf, Path, Place, Problems } from './problems.ts'
import { processingFile } from './processing-shape.ts'
import {
  archiveClassesFile,
  componentsFile,
  enumerationsFile,
  type FileKind,
  fileKinds,
  sourcesFile,
  telescopesFile,
  type WrittenPoints,
  type WrittenTemplate,
  writtenPoints,
  writtenTemplate,
} from './shape.ts'

/** One file of the folder: `sources.yaml`, or `templates/mount.yaml` with the name `mount`. */
export interface CdbFile {
  readonly file: string
  readonly kind: FileKind
  readonly name: string
  readonly text: string
}

/** One thing that a file declares; null where it is declared, but wrongly. */
export interface Entry<T> {
  readonly place: Place
  readonly fields: T | null
}

const listKinds = {
  sources: { key: 'sources', value: sourcesFile.shape.sources.valueType },
  'archive-classes': {
    key: 'archiveClasses',
    value: archiveClassesFile.shape.archiveClasses.valueType,
  },
  enumerations: { key: 'enumerations', value: enumerationsFile.shape.enumerations.valueType },
  components: { key: 'components', value: componentsFile.shape.components.valueType },
  telescopes: { key: 'telescopes', value: telescopesFile.shape.telescopes.valueType },
  processing: { key: 'processing', value: processingFile.shape.processing.valueType },
} as const
type ListKind = keyof typeof listKinds
type FieldsOf<K extends ListKind> = z.output<(typeof listKinds)[K]['value']>

export interface OpenFiles {
  readonly lineOf: LineOf
  entries<K extends ListKind>(kind: K): ReadonlyMap<string, Entry<FieldsOf<K>>>
  templates(): readonly (Entry<WrittenTemplate> & { readonly name: string })[]
  points(): readonly Entry<WrittenPoints>[]
  /** Null where anything in the file is wrong. */
  logs(): readonly Entry<LogsFields>[]
}

/** Reads the files and checks their shape. What is wrong is told, and left out of the answers. */
export function openFiles(files: readonly CdbFile[], problems: Problems): OpenFiles {
  const parsed = new Map<string, ParsedFile>()
  const broken = new Map<string, readonly Path[]>()
  for (const { file, kind, text } of files) {
    const one = parseFile(file, text, problems)
    if (one === null) continue
    parsed.set(file, one)
    const { schema } = fileKinds[kind]
    const { error } = schema.safeParse(one.data)
    const at = { file, path: [] }
    if (!error) continue
    const passOver = kind === 'templates' || kind === 'points' ? isPointField : undefined
    broken.set(file, explainIssues(error.issues, schema, one.data, at, problems, passOver))
  }
  const ofKind = (kind: FileKind) => files.filter((one) => one.kind === kind)
  const isBroken = (file: string, section: string, name: string): boolean =>
    (broken.get(file) ?? []).some(([a, b]) => a === section && (b === undefined || b === name))

  /** The group without what is wrong in it; null where that cannot be told apart. */
  const group = <T>(file: string, schema: z.ZodType<T>): T | null => {
    const data = parsed.get(file)?.data
    if (data === undefined) return null
    const paths = broken.get(file) ?? []
    const apart = ([section, name]: Path): boolean =>
      (section === 'points' || section === 'include') && name !== undefined
    if (!paths.every(apart)) return null
    return schema.safeParse(without(data, paths)).data ?? null
  }

  return {
    lineOf: ({ file, path }) => parsed.get(file)?.lineOf(path) ?? null,
    entries<K extends ListKind>(kind: K) {
      const entries = new Map<string, Entry<FieldsOf<K>>>()
      const { key, value } = listKinds[kind]
      for (const { file } of ofKind(kind)) {
        for (const [name, fields] of Object.entries(mapAt(parsed.get(file)?.data, key))) {
          const { data } = value.safeParse(fields)
          const good = data !== undefined && !isBroken(file, key, name)
          const place = { file, path: [key, name] }
          entries.set(name, { place, fields: good ? (data as FieldsOf<K>) : null })
        }
      }
      return entries
    },
    templates: () =>
      ofKind('templates').map(({ file, name }) => ({
        name,
        place: { file, path: [] },
        fields: group(file, writtenTemplate),
      })),
    points: () =>
      ofKind('points').map(({ file }) => ({
        place: { file, path: [] },
        fields: group(file, writtenPoints),
      })),
    logs: () =>
      ofKind('logs').map(({ file }) => ({
        place: { file, path: [] },
        fields: logsFile.safeParse(parsed.get(file)?.data).data ?? null,
      })),
  }
}

/** `points.<name>.<field>…` and `defaults.<field>…`: where placeholders are put in. */
const isPointField = ([section, , field]: Path): boolean =>
  section === 'defaults' || (section === 'points' && field !== undefined)

function mapAt(data: unknown, key: string): Readonly<Record<string, unknown>> {
  const value = isMap(data) ? data[key] : undefined
  return isMap(value) ? value : {}
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function without(data: unknown, paths: readonly Path[]): unknown {
  if (!isMap(data) || paths.length === 0) return data
  const result: Record<string, unknown> = { ...data }
  for (const section of ['points', 'include']) {
    const names = new Set(paths.filter(([first]) => first === section).map(([, name]) => name))
    const all = Object.entries(mapAt(data, section))
    if (names.size === 0) continue
    result[section] = Object.fromEntries(all.filter(([name]) => !names.has(name)))
  }
  return result
}
