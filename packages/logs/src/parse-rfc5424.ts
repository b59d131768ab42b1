import { type LogDraft, textAt } from '@mla/model'
import { find } from './search.ts'
import type { StampReader } from './stamp.ts'

const space = 32
const dash = 45
const quote = 34
const backslash = 92
const close = 93

/** Everything behind `<134>1 ` of RFC 5424. */
export function createHeaderParse(stamps: StampReader) {
  return function parse5424(draft: LogDraft, bytes: Buffer, from: number, to: number): void {
    let at = from
    if (bytes[at] === dash && bytes[at + 1] === space) at += 2
    else {
      const time = stamps.iso(bytes, at, to)
      if (Number.isNaN(time) || bytes[stamps.end] !== space) {
        draft.problem = 'syslog: the time stamp is not as RFC 5424 wants it'
        const end = bytes.indexOf(space, at)
        at = end < 0 || end >= to ? to : end + 1
      } else {
        draft.time = time
        at = stamps.end + 1
      }
    }
    at = word(draft, bytes, at, to, textAt.host)
    at = word(draft, bytes, at, to, textAt.process)
    at = wordField(draft, bytes, at, to, 'pid')
    at = wordField(draft, bytes, at, to, 'msgid')
    if (at > to) {
      draft.problem = 'syslog: the header of RFC 5424 ends too early'
      if (!draft.has(textAt.message)) draft.range(textAt.message, from, to)
      return
    }
    if (bytes[at] === dash) at++
    else {
      const end = structuredData(draft, bytes, at, to)
      if (end < 0) {
        draft.problem = 'syslog: the structured data is not as RFC 5424 wants it'
        draft.range(textAt.message, at, to)
        return
      }
      at = end
    }
    if (at < to && bytes[at] === space) at++
    // The byte order mark says that it is UTF-8, which it is.
    if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3
    draft.range(textAt.message, Math.min(at, to), to)
  }
}

/** One word of the header, `-` for none; answers where the next begins, beyond `to` at the end. */
function word(draft: LogDraft, bytes: Buffer, from: number, to: number, text: number): number {
  const at = find(bytes, space, from, to)
  if (at > from && !(at === from + 1 && bytes[from] === dash)) draft.range(text, from, at)
  return at + 1
}

function wordField(draft: LogDraft, bytes: Buffer, from: number, to: number, name: string): number {
  const at = find(bytes, space, from, to)
  if (at > from && !(at === from + 1 && bytes[from] === dash)) draft.fieldRange(name, from, at)
  return at + 1
}

/** `[id name="value" …]…` as fields `id.name`; answers where it ends, -1 where it is malformed. */
function structuredData(draft: LogDraft, bytes: Buffer, from: number, to: number): number {
  const before = draft.fields
  let at = from
  while (at < to && bytes[at] === 91) {
    const idStart = ++at
    while (at < to && bytes[at] !== space && bytes[at] !== close) at++
    if (at === idStart) break
    const id = bytes.toString('utf8', idStart, at)
    if (bytes[at] === close) draft.field(id, '')
    while (at < to && bytes[at] === space) {
      at = parameter(draft, bytes, at + 1, to, id)
      if (at < 0) break
    }
    if (at < 0 || at >= to || bytes[at] !== close) {
      draft.fields = before
      return -1
    }
    at++
  }
  if (at === from) return -1
  return at
}

function parameter(draft: LogDraft, bytes: Buffer, from: number, to: number, id: string): number {
  const equals = find(bytes, 61, from, to)
  if (equals <= from || equals + 1 >= to || bytes[equals + 1] !== quote) return -1
  const name = `${id}.${bytes.toString('utf8', from, equals)}`
  const start = equals + 2
  let isEscaped = false
  for (let at = start; at < to; at++) {
    const byte = bytes[at]
    if (byte === backslash) {
      isEscaped = true
      at++
    } else if (byte === quote) {
      if (isEscaped) {
        draft.field(name, bytes.toString('utf8', start, at).replace(/\\(["\\\]])/g, '$1'))
      } else draft.fieldRange(name, start, at)
      return at + 1
    }
  }
  return -1
}
