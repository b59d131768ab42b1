import { textAt } from '@mla/model'
import { addField, textOf } from './flatten.ts'
import type { Parse } from './format.ts'
import { rankOfSeverity } from './levels.ts'
import { epochOf, objectIn } from './parse-json.ts'
import { whole } from './parse-syslog.ts'

/** Names of GELF that are not fields of the sender's own. */
const known = new Set([
  ...['version', 'host', 'short_message', 'full_message', 'timestamp', 'level', 'file', 'line'],
])

/** The sender's own fields that we have a place for. */
const places = [
  ['_process', textAt.process],
  ['_thread', textAt.thread],
  ['_routine', textAt.routine],
  ['_audience', textAt.audience],
] as const

/** Graylog's extended format 1.1, one object a frame. */
export const parseGelf: Parse = (draft, bytes, from, to) => {
  const object = objectIn(bytes, from, to)
  if (object === null) {
    whole(draft, from, to, 'gelf: not a JSON object')
    return
  }
  const host = textOf(object['host'])
  if (host !== null) draft.text(textAt.host, host)
  const short = textOf(object['short_message'])
  const full = textOf(object['full_message'])
  if (short === null && full === null) {
    whole(draft, from, to, 'gelf: there is no short_message')
    return
  }
  draft.text(textAt.message, short ?? full ?? '')
  if (full !== null && short !== null && full !== short) draft.field('full_message', full)
  const time = object['timestamp']
  if (time !== undefined) draft.time = epochOf(Number(time))
  // The standard says: without a level it is 1, an alert. Nobody means that.
  const level = object['level']
  if (level !== undefined) draft.rank = rankOfSeverity(Number(level))
  const file = textOf(object['file'] ?? object['_file'])
  if (file !== null) draft.text(textAt.file, file)
  const line = Number(object['line'] ?? object['_line'] ?? -1)
  if (Number.isSafeInteger(line) && line >= 0) draft.line = line
  const used = new Set(['_file', '_line'])
  for (const [key, text] of places) {
    const value = textOf(object[key])
    if (value === null) continue
    draft.text(text, value)
    used.add(key)
  }
  for (const [key, value] of Object.entries(object)) {
    if (known.has(key) || used.has(key)) continue
    addField(draft, key.startsWith('_') ? key.slice(1) : key, value)
  }
}
