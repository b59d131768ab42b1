import { type LogDraft, rankOf, textAt } from '@mla/model'
import { autoRules, createAutoParse } from './auto.ts'
import type { Parse } from './format.ts'
import { compileGrok, type Grok, type Patterns } from './grok.ts'
import type { MultilineRules } from './multiline.ts'
import { createAcsParse } from './parse-acs.ts'
import { parseGelf } from './parse-gelf.ts'
import { parseJournal } from './parse-journal.ts'
import { createJsonParse, type JsonKeys, type JsonRole, usualKeys } from './parse-json.ts'
import { createLineParse } from './parse-lines.ts'
import { createLogfmtParse } from './parse-logfmt.ts'
import { createSyslogParse } from './parse-syslog.ts'
import { type RecipeFields, roles } from './recipe-shape.ts'
import { safeRegex } from './safe-regex.ts'
import { problemOfFormat, timeReader } from './time-formats.ts'
import { isZone, zoneNamed } from './zone.ts'

/** How the bytes of a source become records: ready to be used. */
export interface Recipe {
  readonly format: RecipeFields['format']
  readonly parse: Parse
  readonly multiline: MultilineRules | null
  readonly keepsRaw: boolean
}

export interface RecipeProblem {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly cure: string
}

export const usualFormats = ['iso', 'bsd', 'epoch', 'epochMs'] as const

/** Compiles a recipe, or tells everything that is wrong with it. */
export function compileRecipe(
  fields: RecipeFields,
  shared: Patterns = {},
): { readonly recipe: Recipe } | { readonly problems: readonly RecipeProblem[] } {
  const problems: RecipeProblem[] = []
  const problem = (path: RecipeProblem['path'], message: string, cure: string): void => {
    problems.push({ path, message, cure })
  }
  const { format, match = [], time, priority, multiline } = fields
  if (match.length > 0 && format !== 'lines') {
    problem(['match'], `the format ${format} needs no match`, 'remove it, or write format: lines')
  }
  const zoneName = time?.zone ?? 'UTC'
  if (!isZone(zoneName)) {
    problem(['time', 'zone'], `there is no time zone "${zoneName}"`, 'write one as Atlantic/Canary')
  }
  time?.formats?.forEach((one, i) => {
    const wrong = problemOfFormat(one)
    if (wrong) problem(['time', 'formats', i], wrong, "write as in yyyy-MM-dd'T'HH:mm:ss.SSS")
  })
  for (const [name, pattern] of Object.entries(fields.patterns ?? {})) {
    const compiled = compileGrok(pattern, { ...shared, ...fields.patterns })
    if ('problem' in compiled) problem(['patterns', name], compiled.problem, 'mend the pattern')
  }
  const groks: Grok[] = []
  match.forEach((expression, i) => {
    const compiled = compileGrok(expression, { ...shared, ...fields.patterns })
    if ('problem' in compiled) problem(['match', i], compiled.problem, 'mend the expression')
    else groks.push(compiled)
  })
  const regexOf = (key: 'start' | 'continuation'): RegExp | null => {
    const source = multiline?.[key]
    if (source === undefined) return null
    const regex = safeRegex(source)
    if (regex instanceof RegExp) return regex
    problem(['multiline', key], regex.problem, 'mend the expression')
    return null
  }
  const [start, continuation] = [regexOf('start'), regexOf('continuation')]
  if (multiline && multiline.start === undefined && multiline.continuation === undefined) {
    problem(['multiline'], 'it says neither start nor continuation', 'write one of them')
  }
  if (problems.length > 0) return { problems }

  const zone = zoneNamed(zoneName)
  const readTime = timeReader(time?.formats ?? usualFormats, zone)
  const words = Object.entries(priority?.map ?? {})
  const priorities = new Map(words.map(([word, name]) => [word.toLowerCase(), rankOf(name)]))
  const keyed = { keys: keysOf(fields.keys), time: readTime, priorities }
  const parses: Readonly<Record<RecipeFields['format'], () => Parse>> = {
    lines: () => createLineParse({ groks, time: readTime, priorities }),
    syslog: () => createSyslogParse(zone),
    json: () => createJsonParse(keyed),
    logfmt: () => createLogfmtParse(keyed),
    gelf: () => parseGelf,
    acs: () => createAcsParse(zone),
    journal: () => parseJournal,
    auto: () => createAutoParse(autoRules(zone), zone),
  }
  return {
    recipe: {
      format,
      parse: withDefaults(parses[format](), fields),
      multiline: multiline ? { start, continuation, mostLines: multiline.lines } : null,
      keepsRaw: fields.keepRaw,
    },
  }
}

function keysOf(own: RecipeFields['keys']): JsonKeys {
  const entries = roles.map((role): [JsonRole, readonly string[]] => [
    role,
    [...(own?.[role] ?? []), ...(usualKeys[role] ?? [])],
  ])
  return Object.fromEntries(entries)
}

/** What the recipe says for lines that do not say it themselves. */
function withDefaults(parse: Parse, { set = {}, priority }: RecipeFields): Parse {
  const rank = priority?.default === undefined ? -1 : rankOf(priority.default)
  const constants = Object.entries(set)
  if (rank < 0 && constants.length === 0) return parse
  return (draft, bytes, from, to, circumstances) => {
    parse(draft, bytes, from, to, circumstances)
    if (draft.rank < 0) draft.rank = rank
    for (const [name, value] of constants) setConstant(draft, name, value)
  }
}

function setConstant(draft: LogDraft, name: string, value: string): void {
  if (!Object.hasOwn(textAt, name)) draft.field(name, value)
  else {
    const text = textAt[name as keyof typeof textAt]
    if (!draft.has(text)) draft.text(text, value)
  }
}
