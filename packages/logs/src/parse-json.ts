import { type LogDraft, type Micros, textAt } from '@mla/model'
import { addField, isMap, textOf } from './flatten.ts'
import type { Parse } from './format.ts'
import { rankOfSeverity, rankOfTens, rankOfWord } from './levels.ts'
import { whole } from './parse-syslog.ts'
import type { TimeReader } from './time-formats.ts'

/** What a key of a JSON record may tell. */
export type JsonRole = keyof typeof textAt | 'time' | 'priority' | 'line'

/** Keys by role, the first that is there counts. Paths into nested objects have dots. */
export type JsonKeys = Readonly<Partial<Record<JsonRole, readonly string[]>>>

/** What loggers commonly call things; pino, zap, logrus, bunyan, log4j, ECS among them. */
export const usualKeys: JsonKeys = {
  time: [
    'time',
    'timestamp',
    '@timestamp',
    'ts',
    'datetime',
    'date',
    'TimeStamp',
    't',
    'eventTime',
  ],
  priority: [
    'level',
    'severity',
    'priority',
    'log.level',
    'levelname',
    'lvl',
    'LogLevel',
    'loglevel',
  ],
  message: ['msg', 'message', 'text', 'short_message', 'event', 'body', 'log'],
  host: ['host', 'hostname', 'host.name', 'Host', 'node'],
  process: ['service', 'process', 'app', 'logger', 'name', 'program', 'Process', 'component'],
  thread: ['thread', 'threadName', 'thread_name', 'Thread'],
  file: ['file', 'filename', 'source_file', 'log.origin.file.name', 'File'],
  line: ['line', 'lineno', 'line_number', 'log.origin.file.line', 'Line'],
  routine: ['routine', 'func', 'function', 'method', 'caller', 'Routine'],
  audience: ['audience', 'Audience'],
}

export interface JsonRules {
  readonly keys: JsonKeys
  readonly time: TimeReader
  /** Words for priorities beside the usual ones, in lower case. */
  readonly priorities?: ReadonlyMap<string, number>
}

/** One JSON object a frame, as most programs log today: what its usual keys say, the rest as fields. */
export function createJsonParse({ keys, time, priorities }: JsonRules): Parse {
  return (draft, bytes, from, to, { reference }) => {
    const object = objectIn(bytes, from, to)
    if (object === null) {
      whole(draft, from, to, 'json: not an object')
      return
    }
    const used = new Set<string>()
    const value = (role: JsonRole): unknown => {
      for (const key of keys[role] ?? []) {
        const found = object[key] ?? (key.includes('.') ? at(object, key) : undefined)
        if (found === undefined || found === null || isMap(found)) continue
        used.add(key)
        return found
      }
      return undefined
    }
    for (const role of Object.keys(textAt) as (keyof typeof textAt)[]) {
      const text = textOf(value(role))
      if (text !== null) draft.text(textAt[role], text)
    }
    readTime(draft, value('time'), time, reference)
    readPriority(draft, value('priority'), priorities)
    const line = Number(value('line') ?? Number.NaN)
    if (Number.isSafeInteger(line) && line >= 0) draft.line = line
    for (const [key, item] of Object.entries(object)) if (!used.has(key)) addField(draft, key, item)
    if (!draft.has(textAt.message)) draft.range(textAt.message, from, to)
  }
}

export function objectIn(
  bytes: Buffer,
  from: number,
  to: number,
): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8', from, to))
    return isMap(value) ? value : null
  } catch {
    return null
  }
}

function at(object: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = object
  for (const step of path.split('.')) value = isMap(value) ? value[step] : undefined
  return value
}

function readTime(draft: LogDraft, value: unknown, time: TimeReader, reference: Micros): void {
  if (value === undefined) return
  const micros = typeof value === 'number' ? epochOf(value) : time(String(value), reference)
  if (!Number.isNaN(micros)) draft.time = micros
  else {
    draft.problem = `json: the time ${JSON.stringify(value).slice(0, 60)} is not understood`
    draft.field('time', textOf(value))
  }
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size. */
export function epochOf(value: number): Micros {
  const size = Math.abs(value)
  if (!Number.isFinite(value) || size >= 1e19) return Number.NaN
  if (size < 1e11) return Math.round(value * 1e6)
  if (size < 1e14) return Math.round(value * 1e3)
  return size < 1e17 ? Math.round(value) : Math.round(value / 1e3)
}

function readPriority(
  draft: LogDraft,
  value: unknown,
  own: ReadonlyMap<string, number> | undefined,
): void {
  if (value === undefined) return
  const word = String(value).trim().toLowerCase()
  const known = own?.get(word)
  const number = Number(word)
  if (known !== undefined) draft.rank = known
  else if (word !== '' && Number.isInteger(number)) {
    draft.rank = number < 8 ? rankOfSeverity(number) : rankOfTens(number)
  } else draft.rank = rankOfWord(word)
  if (draft.rank < 0) draft.field('level', textOf(value))
}
