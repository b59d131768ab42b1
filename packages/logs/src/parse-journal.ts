import { type LogDraft, textAt } from '@mla/model'
import type { Parse } from './format.ts'
import { facilities, rankOfSeverity } from './levels.ts'
import { whole } from './parse-syslog.ts'
import { find } from './search.ts'

/** Where a field of the journal goes. Those of the first of two are preferred by their order. */
const places: Readonly<Record<string, (draft: LogDraft, value: string) => void>> = {
  MESSAGE: (draft, value) => draft.text(textAt.message, value),
  PRIORITY: (draft, value) => {
    draft.rank = rankOfSeverity(Number(value))
  },
  _HOSTNAME: (draft, value) => draft.text(textAt.host, value),
  SYSLOG_IDENTIFIER: (draft, value) => draft.text(textAt.process, value),
  _COMM: (draft, value) => {
    if (!draft.has(textAt.process)) draft.text(textAt.process, value)
    else draft.field('_COMM', value)
  },
  CODE_FILE: (draft, value) => draft.text(textAt.file, value),
  CODE_LINE: (draft, value) => {
    const line = Number(value)
    if (Number.isSafeInteger(line) && line >= 0) draft.line = line
  },
  CODE_FUNC: (draft, value) => draft.text(textAt.routine, value),
  _PID: (draft, value) => draft.field('pid', value),
  SYSLOG_PID: () => {},
  SYSLOG_FACILITY: (draft, value) => draft.field('facility', facilities[Number(value)] ?? value),
  SYSLOG_TIMESTAMP: () => {},
  // When it happened is better than when journald had it, wherever in the record it is.
  __REALTIME_TIMESTAMP: (draft, value) => {
    if (Number.isNaN(draft.time)) draft.time = micros(value)
  },
  _SOURCE_REALTIME_TIMESTAMP: (draft, value) => {
    draft.time = micros(value)
  },
}

const micros = (value: string): number => (/^\d{1,16}$/.test(value) ? Number(value) : Number.NaN)

/** Fields that journald adds to find a record again, and that say nothing of what happened. */
const isOwn = (name: string): boolean =>
  /^(__|_BOOT_ID$|_MACHINE_ID$|_TRANSPORT$|_CAP_EFFECTIVE$|_AUDIT_|_SYSTEMD_INVOCATION_ID$|_STREAM_ID$|_RUNTIME_SCOPE$)/.test(
    name,
  )

/** A record in journald's export format. */
export const parseJournal: Parse = (draft, bytes, from, to) => {
  let fields = 0
  for (let at = from; at < to; ) {
    const end = find(bytes, 10, at, to)
    const equals = find(bytes, 61, at, end)
    let name: string
    let value: string
    if (equals < end) {
      name = bytes.toString('latin1', at, equals)
      value = bytes.toString('utf8', equals + 1, end)
      at = end + 1
    } else {
      name = bytes.toString('latin1', at, end)
      const start = end + 9
      if (start > to) break
      const size = Number(bytes.readBigUInt64LE(end + 1))
      if (start + size > to) {
        draft.problem = `journal: the value of ${name.slice(0, 40)} is cut`
        value = bytes.toString('utf8', start, to)
      } else value = bytes.toString('utf8', start, start + size)
      at = start + size + 1
    }
    if (!/^[A-Z_0-9]{1,64}$/.test(name)) continue
    fields++
    const place = Object.hasOwn(places, name) ? places[name] : undefined
    if (place) place(draft, value)
    else if (!isOwn(name) && draft.fields < 256) draft.field(name, value)
  }
  if (fields === 0) whole(draft, from, to, 'journal: no field')
  else if (!draft.has(textAt.message)) draft.text(textAt.message, '')
}
