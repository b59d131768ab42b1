import { safeRegex } from '@mla/logs'
import {
  isPriority,
  type LogRecord,
  type LogValue,
  MlaError,
  matchesGlob,
  priorities,
  rankOf,
} from '@mla/model'
import type { LogFilter } from '../log-port.ts'
import { gramsOf } from './grams.ts'
import { literalsOf } from './literals.ts'

/** A filter made ready to be asked for each record, live or archived. */
export interface LogMatcher {
  /** By rank: whether records of it are wanted. */
  readonly ranks: readonly boolean[]
  source(name: string): boolean
  /** '' is no host. */
  host(name: string): boolean
  readonly hasHosts: boolean
  readonly hasSources: boolean
  /** What must be in the message, in lower case; null for nothing. */
  readonly text: string | null
  readonly regex: ((message: string) => boolean) | null
  /** Pieces that a block must hold for a message of it to match. */
  readonly grams: readonly number[]
  /** Null where the rest of a record does not matter. */
  readonly rest: ((record: LogRecord) => boolean) | null
  matches(record: LogRecord): boolean
}

const mostNames = 1_000

/** Throws QUERY_INVALID for what cannot be asked. */
export function compileLogFilter(filter: LogFilter): LogMatcher {
  const ranks = ranksOf(filter)
  const source = namesOf('sources', filter.sources, (name) => name)
  const host = namesOf('hosts', filter.hosts, (name) => name.toLowerCase())
  const text = filter.text ? filter.text.toLowerCase() : null
  const regex = filter.regex ? regexOf(filter.regex) : null
  const rest = restOf(filter)
  const grams = new Set([
    ...(text ? gramsOf(text) : []),
    ...(filter.regex ? literalsOf(filter.regex).flatMap(gramsOf) : []),
  ])
  const messageMatches = (message: string): boolean =>
    (text === null || message.toLowerCase().includes(text)) && (regex === null || regex(message))
  return {
    ranks,
    source: source ?? (() => true),
    host: host ?? (() => true),
    hasSources: source !== null,
    hasHosts: host !== null,
    text,
    regex,
    grams: [...grams],
    rest,
    matches: (record) =>
      ranks[rankOf(record.priority)] === true &&
      (source === null || source(record.source)) &&
      (host === null || host(record.host ?? '')) &&
      messageMatches(record.message) &&
      (rest === null || rest(record)),
  }
}

function ranksOf({ minPriority, priorities: wanted }: LogFilter): boolean[] {
  for (const name of [minPriority, ...(wanted ?? [])]) {
    if (name != null && !isPriority(name)) throw refused(`there is no priority "${name}"`)
  }
  const least = minPriority ? rankOf(minPriority) : 0
  return priorities.map((name, rank) => rank >= least && (!wanted || wanted.includes(name)))
}

/** Remembers what it was asked, since the same few names come again and again. */
function namesOf(
  what: string,
  wanted: readonly string[] | null | undefined,
  fold: (name: string) => string,
): ((name: string) => boolean) | null {
  if (!wanted) return null
  if (wanted.length > mostNames) throw refused(`${what}: at most ${mostNames} may be given`)
  const exact = new Set(wanted.map(fold))
  const patterns = wanted.filter((name) => /[*?]/.test(name)).map(fold)
  const known = new Map<string, boolean>()
  return (asked) => {
    const remembered = known.get(asked)
    if (remembered !== undefined) return remembered
    const name = fold(asked)
    const isWanted =
      exact.has(name) ||
      (name.includes('/') && exact.has(name.slice(0, name.indexOf('/')))) ||
      patterns.some((pattern) => matchesGlob(pattern, name))
    if (known.size > 10_000) known.clear()
    known.set(asked, isWanted)
    return isWanted
  }
}

/**
 * `(?i)` in front is done by lower case on both sides: the engine that is linear in the text knows no
 * other way.
 */
function regexOf(written: string): (message: string) => boolean {
  const anyCase = written.startsWith('(?i)')
  const source = anyCase
    ? written
        .slice(4)
        .replace(/\\.|[^\\]+/g, (part) => (part.startsWith('\\') ? part : part.toLowerCase()))
    : written
  const regex = safeRegex(source)
  if (!(regex instanceof RegExp)) throw refused(`regex: ${regex.problem}`)
  return anyCase ? (message) => regex.test(message.toLowerCase()) : (message) => regex.test(message)
}

function restOf({ audience, fields }: LogFilter): LogMatcher['rest'] {
  if (fields != null && (typeof fields !== 'object' || Array.isArray(fields))) {
    throw refused('fields: give an object of names and values')
  }
  const wanted = Object.entries(fields ?? {})
  for (const [name, value] of wanted) {
    if (typeof value === 'object' && value !== null) {
      throw refused(`fields: ${name.slice(0, 60)} must be a text, a number, true, false or null`)
    }
  }
  if (audience == null && wanted.length === 0) return null
  const folded = audience?.toLowerCase()
  return (record) =>
    (folded === undefined || record.audience?.toLowerCase() === folded) &&
    wanted.every(([name, value]) => hasField(record, name, value))
}

/** Values are compared as texts: whether a sender wrote 5 or "5" is its affair. */
function hasField(record: LogRecord, name: string, value: LogValue): boolean {
  const own = record.fields.filter((field) => field.name === name)
  if (own.length > 0) return own.some((field) => String(field.value) === String(value))
  if (!placeNames.has(name)) return value === null
  const place = record[name as 'thread']
  return place === null ? value === null : String(place) === String(value)
}
const placeNames = new Set(['process', 'thread', 'file', 'line', 'routine', 'host', 'audience'])

const refused = (message: string): MlaError => new MlaError('QUERY_INVALID', message)
