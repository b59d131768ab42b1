import type { z } from 'zod'
import { listNames, suggest } from './nearest.ts'
import type { Path, Problems } from './problems.ts'

/**
 * Tells zod's issues to people; answers the paths it told of. What holds a placeholder at a path
 * where it may is passed over: it is looked at again once the placeholder has its value.
 */
export function explainIssues(
  issues: readonly z.core.$ZodIssue[],
  schema: z.ZodType,
  data: unknown,
  at: { readonly file: string; readonly path: Path; readonly about?: string },
  problems: Problems,
  passOver: (path: Path) => boolean = () => false,
): readonly Path[] {
  const told: Path[] = []
  for (const issue of issues) {
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
    const found = valueAt(data, path)
    if (passOver(path) && hasPlaceholder(found)) continue
    told.push(path)
    const place = { file: at.file, path: [...at.path, ...path] }
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, path, data)
      for (const key of issue.keys) {
        problems.add(
          { file: at.file, path: [...place.path, key] },
          `unknown key "${shorten(key)}"`,
          `${suggest(key, known, 'remove it')} Known here: ${listNames(known)}`,
          at.about,
        )
      }
      continue
    }
    const unquoted = unquotedPlaceholder(found)
    if (unquoted !== null) {
      problems.add(place, `{${unquoted}} was read as a map`, `put it in quotes: "{${unquoted}}"`)
      continue
    }
    const { message, cure } = wordsFor(issue, found, path)
    problems.add(place, message, cure, at.about)
  }
  return told
}

const placeholder = /\{[^{}]+\}/
export const hasPlaceholder = (value: unknown): boolean =>
  typeof value === 'string' && placeholder.test(value)

function wordsFor(
  issue: z.core.$ZodIssue,
  found: unknown,
  path: Path,
): { message: string; cure: string } {
  const name = path.at(-1) ?? 'it'
  if (found === undefined) {
    return { message: `"${name}" is missing`, cure: `add "${name}": ${kindOf(issue)}` }
  }
  switch (issue.code) {
    case 'invalid_type':
      return {
        message: `expected ${article(issue.expected)}, found ${show(found)}`,
        cure: hint(issue.expected, found),
      }
    case 'invalid_value': {
      const values = issue.values.map(String)
      const cure = suggest(String(found), values, `write one of ${values.join(', ')}`)
      return { message: `${show(found)} is not one of the possible values`, cure }
    }
    case 'invalid_union': {
      const options =
        'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : []
      if (options.length === 0)
        return {
          message: `${issue.message}, found ${show(found)}`,
          cure: 'write it in one of these forms',
        }
      return {
        message: `${show(found)} is not one of the possible kinds`,
        cure: suggest(String(found), options, `write one of ${options.join(', ')}`),
      }
    }
    case 'too_small':
      return { message: `${show(found)} is too small`, cure: `the least is ${issue.minimum}` }
    case 'too_big':
      return { message: `${show(found)} is too large`, cure: `the most is ${issue.maximum}` }
    case 'invalid_key':
      return {
        message: `"${shorten(String(name))}" is not a valid name`,
        cure: issue.issues.map((one) => one.message).join('; '),
      }
    case 'invalid_format':
      return { message: `${show(found)} is not valid here`, cure: issue.message }
    default:
      return { message: `${show(found)} is not valid here`, cure: issue.message }
  }
}

const article = (kind: string): string =>
  ({
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    object: 'a map (name: value)',
    record: 'a map (name: value)',
    array: 'a list',
    tuple: 'a list',
  })[kind] ?? kind

const kindOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_type'
    ? article(issue.expected)
    : issue.code === 'invalid_value'
      ? `one of ${issue.values.map(String).join(', ')}`
      : issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)
        ? `one of ${issue.options.map(String).join(', ')}`
        : 'see the README'

function hint(expected: string, found: unknown): string {
  if (found === null) return `write ${article(expected)} behind the colon, or remove the key`
  if (expected === 'number' && typeof found === 'string' && /^-?[\d.]+$/.test(found)) {
    return 'remove the quotes'
  }
  if (expected === 'string' && typeof found !== 'object') return 'put it in quotes'
  return `write ${article(expected)}`
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text)

export function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return `"${shorten(value)}"`
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'a map'
  return String(value)
}

/** `{low}` without quotes is the YAML map {low: null}. */
function unquotedPlaceholder(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const [entry, ...more] = Object.entries(value)
  return entry !== undefined && more.length === 0 && entry[1] === null ? entry[0] : null
}

export function valueAt(data: unknown, path: Path): unknown {
  let value = data
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.hasOwn(value, step)
      ? (value as Record<string | number, unknown>)[step]
      : undefined
  }
  return value
}

/** The keys that an object at this path of a schema may have. */
function keysAt(schema: z.ZodType, path: Path, data: unknown): readonly string[] {
  const { def } = schema._zod as unknown as { def: z.core.$ZodTypes['_zod']['def'] }
  const into = (inner: z.core.$ZodType, steps = path, value = data): readonly string[] =>
    keysAt(inner as z.ZodType, steps, value)
  const [step, ...rest] = path
  const below = step === undefined ? undefined : valueAt(data, [step])
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
      return into(def.innerType)
    case 'pipe':
      return into(def.in)
    case 'object': {
      if (step === undefined) return Object.keys(def.shape)
      const inner = def.shape[String(step)]
      return inner === undefined ? [] : into(inner, rest, below)
    }
    case 'record':
      return step === undefined ? [] : into(def.valueType, rest, below)
    case 'array':
      return step === undefined ? [] : into(def.element, rest, below)
    case 'union': {
      const kind = valueAt(data, ['kind'])
      const option = def.options.find((one) => kindOfOption(one) === kind)
      return option === undefined ? [] : into(option)
    }
    default:
      return []
  }
}

function kindOfOption(option: z.core.$ZodType): unknown {
  const { def } = option._zod as unknown as { def: z.core.$ZodTypes['_zod']['def'] }
  if (def.type !== 'object') return undefined
  const kind = def.shape['kind']?._zod as unknown as { def: z.core.$ZodTypes['_zod']['def'] }
  return kind?.def.type === 'literal' ? kind.def.values[0] : undefined
}
