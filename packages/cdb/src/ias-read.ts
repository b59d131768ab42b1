import { z } from 'zod'
import { explainIssues } from './explain.ts'
import {
  type IasFields,
  type IasFolder,
  type IasSettings,
  iasFolders,
  iasSchema,
} from './ias-shape.ts'
import { suggest } from './nearest.ts'
import { parseFile } from './parse-file.ts'
import type { LineOf, Path, Place, Problems } from './problems.ts'
import type { CdbFile } from './read-files.ts'

/** Something that a file declares, and where. */
export interface Declared<T> {
  readonly place: Place
  readonly fields: T
}

/** What the files say, by id; what is wrong in itself is told and left out. */
export interface IasFiles {
  readonly settings: Declared<IasSettings> | null
  all<F extends IasFolder>(folder: F): ReadonlyMap<string, Declared<IasFields<F>>>
  /** Declared, if only wrongly. */
  has(folder: IasFolder, id: string): boolean
  readonly lineOf: LineOf
}

const folders = Object.keys(iasFolders)
const isFolder = (text: string): text is IasFolder => folders.includes(text)

/** Reads the files of an IAS CDB: in the folder itself or in `CDB/` below it. */
export function readIas(
  files: readonly CdbFile[],
  problems: Problems,
  warnings: Problems,
): IasFiles {
  const lines = new Map<string, LineOf>()
  const declared = new Map<IasFolder, Map<string, Declared<unknown>>>()
  const broken = new Set<string>()
  let settings: Declared<IasSettings> | null = null

  function take(
    folder: IasFolder,
    file: string,
    path: Path,
    data: unknown,
    wanted: string | null,
  ): void {
    const { schema } = iasFolders[folder]
    const known = declared.get(folder) ?? new Map<string, Declared<unknown>>()
    declared.set(folder, known)
    const place = { file, path }
    const fields = checked(schema, data, place, problems, warnings)
    const written = idOf(data)
    if (fields === null) {
      for (const id of [wanted, written]) if (id !== null) broken.add(`${folder}/${id}`)
      return
    }
    const id = idOf(fields) ?? ''
    if (wanted !== null && id !== wanted) {
      const message = `the file is that of "${wanted}" and declares "${id}"`
      problems.add(below(place, 'id'), message, 'give file and id the same name')
    }
    const other = known.get(id)
    if (other === undefined) known.set(id, { place, fields })
    else problems.add(place, `"${id}" is declared in ${other.place.file} too`, 'remove one of them')
  }

  for (const { file, name, text } of files) {
    const [first = '', second, ...more] = name.split('/').filter((part) => part !== 'CDB')
    const folder = first.toUpperCase()
    if (folder === 'CLIENT') continue
    const isSettings = second === undefined && first.toLowerCase() === 'ias'
    if (!isSettings && (!isFolder(folder) || second === undefined || more.length > 0)) {
      const all = [...folders, 'CLIENT']
      const cure = suggest(folder, all, `the folders are ${all.join(', ')}`)
      problems.add({ file, path: [] }, 'it has no place in an IAS CDB', cure)
      continue
    }
    // In JSON a tab is a space; in YAML it must not indent.
    const parsed = parseFile(
      file,
      file.endsWith('.json') ? text.replaceAll('\t', ' ') : text,
      problems,
    )
    if (parsed === null) continue
    lines.set(file, ({ path }) => parsed.lineOf(writtenPath(parsed.data, path)))
    if (isSettings) {
      const fields = checked(iasSchema, parsed.data, { file, path: [] }, problems, warnings)
      if (fields) settings = { place: { file, path: [] }, fields }
    } else if (isFolder(folder)) {
      const isList = Array.isArray(parsed.data)
      const items = isList ? (parsed.data as readonly unknown[]) : [parsed.data]
      if (isList && !iasFolders[folder].isList) {
        problems.add({ file, path: [] }, 'it is a list', 'write one of them into each file')
      }
      for (const [i, item] of items.entries()) {
        take(
          folder,
          file,
          isList ? [i] : [],
          item,
          iasFolders[folder].isList ? null : (second ?? ''),
        )
      }
    }
  }
  return {
    get settings() {
      return settings
    },
    all: <F extends IasFolder>(folder: F) =>
      (declared.get(folder) ?? new Map()) as ReadonlyMap<string, Declared<IasFields<F>>>,
    has: (folder, id) => declared.get(folder)?.has(id) === true || broken.has(`${folder}/${id}`),
    lineOf: (place) => lines.get(place.file)?.(place) ?? null,
  }
}

export const below = ({ file, path }: Place, ...steps: (string | number)[]): Place => ({
  file,
  path: [...path, ...steps],
})

function idOf(data: unknown): string | null {
  if (typeof data !== 'object' || data === null) return null
  const { id, className } = data as { id?: unknown; className?: unknown }
  const text = id ?? className
  return text === undefined || text === null ? null : String(text)
}

/** The fields with the types that they should have; null where they do not. */
function checked<S extends z.ZodType>(
  schema: S,
  data: unknown,
  place: Place,
  problems: Problems,
  warnings: Problems,
): z.output<S> | null {
  const named = withNames(schema, data, place, problems, warnings)
  const result = schema.safeParse(named)
  if (result.success) return result.data
  explainIssues(result.error.issues, schema, named, place, problems)
  return null
}

/** Gives fields the names that the schema has, whatever their case; tells those it does not know. */
function withNames(
  schema: z.ZodType,
  data: unknown,
  place: Place,
  problems: Problems,
  warnings: Problems,
): unknown {
  const inner = unwrapped(schema)
  if (inner instanceof z.ZodArray && Array.isArray(data)) {
    const element = inner.element as z.ZodType
    return data.map((item, i) => withNames(element, item, below(place, i), problems, warnings))
  }
  if (!(inner instanceof z.ZodObject) || typeof data !== 'object' || data === null) return data
  if (Array.isArray(data)) return data
  const names = Object.keys(inner.shape)
  const result: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(data)) {
    const name = names.find((one) => one.toLowerCase() === key.toLowerCase())
    if (name === undefined) {
      const cure = suggest(key, names, `remove it; known are ${names.join(', ')}`)
      warnings.add(below(place, key), `the field "${key}" is not known and not used`, cure)
    } else if (Object.hasOwn(result, name)) {
      problems.add(below(place, key), `"${name}" is written twice`, 'remove one of them')
    } else {
      const field = inner.shape[name] as z.ZodType
      result[name] = withNames(field, value, below(place, key), problems, warnings)
    }
  }
  return result
}

/** A path with the names of fields as the file spells them. */
function writtenPath(data: unknown, path: Path): Path {
  let value = data
  return path.map((step) => {
    const keys = typeof value === 'object' && value !== null ? Object.entries(value) : []
    const [key, inner] =
      keys.find(([one]) => one.toLowerCase() === String(step).toLowerCase()) ?? []
    value = inner
    return typeof step === 'number' ? step : (key ?? step)
  })
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.def.in as z.ZodType)
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return unwrapped(schema.def.innerType as z.ZodType)
  }
  return schema
}
