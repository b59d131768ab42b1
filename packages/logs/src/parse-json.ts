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
    '_SOURCE_REALTIME_TIMESTAMP',
    '__REALTIME_TIMESTAMP',
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
    'PRIORITY',
  ],
  message: ['msg', 'message', 'text', 'short_message', 'event', 'body', 'log', 'MESSAGE'],
  host: ['host', 'hostname', 'host.name', 'Host', 'node', '_HOSTNAME'],
  process: [
    ...['service', 'process', 'app', 'logger', 'name', 'program', 'Process', 'component'],
    ...['SYSLOG_IDENTIFIER', '_COMM'],
  ],
  thread: ['thread', 'threadName', 'thread_name', 'Thread'],
  file: ['file', 'filename', 'source_file', 'log.origin.file.name', 'File', 'CODE_FILE'],
  line: ['line', 'lineno', 'line_number', 'log.origin.file.line', 'Line', 'CODE_LINE'],
  routine: ['routine', 'func', 'function', 'method', 'caller', 'Routine', 'CODE_FUNC'],
  audience: ['audience', 'Audience'],
}

/** MongoDB's own: one letter each, which elsewhere could mean anything. */
const mongoKeys: JsonKeys = { time: ['t.$date'], priority: ['s'], process: ['c'], thread: ['ctx'] }

export interface JsonRules {
  readonly keys: JsonKeys
  readonly time: TimeReader
  /** Words for priorities beside the usual ones, in lower case. */
  readonly priorities?: ReadonlyMap<string, number>
}

/** One JSON object a frame, as most programs log today: what its usual keys say, the rest as fields. */
export function createJsonParse(rules: JsonRules): Parse {
  const tell = createTeller(rules)
  return (draft, bytes, from, to, { reference }) => {
    const object = objectIn(bytes, from, to)
    if (object === null) {
      whole(draft, from, to, 'json: not an object')
      return
    }
    tell(draft, object, reference)
    if (!draft.has(textAt.message)) draft.range(textAt.message, from, to)
  }
}

/** Puts what the keys of an object say in their places, and the rest among the fields. */
export function createTeller({ keys, time, priorities }: JsonRules) {
  return (draft: LogDraft, object: Readonly<Record<string, unknown>>, reference: Micros): void => {
    const used = new Set<string>()
    const isMongo = isMap(object['t']) && '$date' in object['t']
    if (isMongo) used.add('t')
    const value = (role: JsonRole): unknown => {
      for (const key of (isMongo ? mongoKeys[role] : undefined) ?? keys[role] ?? []) {
        const found = object[key] ?? (key.includes('.') ? at(object, key) : undefined)
        if (found === undefined || found === null || isMap(found)) continue
        used.add(key)
        return found
      }
      return undefined
    }
    for (const role of Object.keys(textAt) as (keyof typeof textAt)[]) {
      const text = textOf(bytesAsText(value(role)))
      if (text !== null) tellText(draft, role, text)
    }
    readTime(draft, value('time'), time, reference)
    readPriority(draft, value('priority'), priorities)
    const line = Number(value('line') ?? Number.NaN)
    if (Number.isSafeInteger(line) && line >= 0) draft.line = line
    for (const [key, item] of Object.entries(object)) if (!used.has(key)) addField(draft, key, item)
  }
}

/** journald tells what is not text as a list of bytes. */
const bytesAsText = (value: unknown): unknown =>
  Array.isArray(value) && value.length > 0 && value.every((one) => Number.isInteger(one))
    ? Buffer.from(value).toString()
    : value

/** Go's loggers name file and line in one; containers keep the newline of what was printed. */
function tellText(draft: LogDraft, role: keyof typeof textAt, text: string): void {
  const [, file, line] = role === 'routine' ? (/^(\S+\.\w+):(\d{1,9})$/.exec(text) ?? []) : []
  if (file !== undefined) {
    draft.text(textAt.file, file)
    draft.line = Number(line)
  } else draft.text(textAt[role], role === 'message' ? text.replace(/\r?\n$/, '') : text)
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
