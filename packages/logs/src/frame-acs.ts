import { type Framer, Held, type TakeFrame } from './framing.ts'

/** The names of an entry's element: the levels, and two kinds that are entries too. */
export const acsElements = [
  ...['Trace', 'Delouse', 'Debug', 'Info', 'Notice', 'Warning'],
  ...['Error', 'Critical', 'Alert', 'Emergency', 'Archive', 'Alarm'],
] as const

const opening = new RegExp(`<(${acsElements.join('|')})(?=[\\s/>])`, 'g')
const nextLine = new RegExp(`\\n<(?:${acsElements.join('|')}) TimeStamp=`, 'g')
/** What may stand between two entries: the document around them. */
const between = /<\?[^>]*\?>|<\/?Log\b[^>]*>|<Header\b[^>]*>|<\/Header>|[\s\0]+/g

/**
 * Entries of ACS's log XML out of a stream or a file, with or without the document around them.
 * An entry ends with its end tag behind a whole section: the text in it may hold anything, as the
 * writers escape little. What is no entry is a frame too, so that it is kept.
 */
export function createAcsFramer(most: number): Framer {
  const held = new Held(most)
  let scanned = 0

  /** Takes whole entries off the begin of a text; answers how far. */
  function takeEntries(bytes: Buffer, take: TakeFrame, isEnd: boolean): number {
    // One byte is one character: positions agree, whatever the bytes are.
    const text = bytes.toString('latin1')
    let at = 0
    for (;;) {
      opening.lastIndex = at
      const start = opening.exec(text)
      if (start === null) {
        if (isEnd) giveBetween(bytes, text, at, text.length, take)
        else {
          const tag = text.lastIndexOf('<')
          const safe = tag >= at && text.length - tag < 16 ? tag : lastBreak(text, at)
          giveBetween(bytes, text, at, safe, take)
          return Math.max(at, safe)
        }
        return text.length
      }
      giveBetween(bytes, text, at, start.index, take)
      const end = entryEnd(text, start.index, start[1] ?? '', Math.max(scanned, start.index))
      if (end < 0) {
        if (isEnd) take(bytes, start.index, text.length, 0)
        return isEnd ? text.length : start.index
      }
      scanned = 0
      take(bytes, start.index, end, 0)
      at = end
    }
  }

  /** True behind an entry that was too long, until the next one begins. */
  let isSkipping = false

  function push(chunk: Buffer, take: TakeFrame): void {
    held.add(chunk, 0, chunk.length)
    const more = held.cut
    held.cut = 0
    // Where no tag ends in the chunk, no entry does.
    if (more === 0 && !chunk.includes(62)) return
    if (isSkipping) skipToNext(take)
    const bytes = held.bytes.subarray(0, held.length)
    const used = isSkipping ? 0 : takeEntries(bytes, take, false)
    if (used === 0 && held.length === most) {
      // Longer than an entry may be: what is there is a frame, the rest of it is passed over.
      held.length = 0
      take(bytes, 0, isSkipping ? 0 : bytes.length, isSkipping ? bytes.length : 0)
      isSkipping = true
    } else {
      scanned = Math.max(0, bytes.length - used - 32)
      bytes.copyWithin(0, used)
      held.length -= used
    }
    if (more > 0) push(chunk.subarray(chunk.length - more), take)
  }

  function skipToNext(take: TakeFrame): void {
    const bytes = held.bytes.subarray(0, held.length)
    opening.lastIndex = 0
    const next = opening.exec(bytes.toString('latin1'))
    if (next === null) return
    isSkipping = false
    take(bytes, 0, 0, next.index)
    bytes.copyWithin(0, next.index)
    held.length -= next.index
  }

  return {
    push,
    flush(take) {
      const bytes = held.bytes.subarray(0, held.length)
      held.length = 0
      scanned = 0
      if (isSkipping) take(bytes, 0, 0, bytes.length)
      else takeEntries(bytes, take, true)
      isSkipping = false
    },
    get held() {
      return held.length
    },
    get pending() {
      return held.length
    },
  }
}

/** Behind an entry that begins at `start`; -1 where its end is not there yet. */
function entryEnd(text: string, start: number, name: string, from: number): number {
  const head = headEnd(text, start)
  if (head < 0) return -1
  if (text[head - 2] === '/') return head
  const tag = `</${name}>`
  // An entry that a writer left unfinished ends where the next line begins one.
  nextLine.lastIndex = Math.max(head, from - 64)
  const next = nextLine.exec(text)
  const limit = next === null ? text.length : next.index + 1
  // In a CDATA section anything may be, so the end is behind the end of a section.
  const isSection = text.startsWith('<![CDATA[', head)
  let at = text.indexOf(tag, Math.max(head, from - tag.length))
  while (at >= 0 && at < limit) {
    if (!isSection || /(?:\]\]>|<\/Data>|\/>)\s*$/.test(text.slice(at - 24, at))) {
      return at + tag.length
    }
    at = text.indexOf(tag, at + tag.length)
  }
  return next === null ? -1 : limit
}

/**
 * Behind the start tag. The writers escape no `>` in their values, so it is the first one behind a
 * quote; `Uri=""value"` has one too many, which does not matter to this.
 */
export function headEnd(text: string, start: number): number {
  for (let at = text.indexOf('>', start); at >= 0; at = text.indexOf('>', at + 1)) {
    let before = at - 1
    if (text[before] === '/') before--
    while (text[before] === ' ') before--
    if (text[before] === '"' || text[before] === "'" || !text.slice(start, at).includes('=')) {
      return at + 1
    }
  }
  return -1
}

const lastBreak = (text: string, at: number): number => Math.max(at, text.lastIndexOf('\n') + 1)

/** Hands over what stands between entries and is not the document: line by line. */
function giveBetween(bytes: Buffer, text: string, from: number, to: number, take: TakeFrame): void {
  if (from >= to) return
  const part = text.slice(from, to)
  if (part.replace(between, '') === '') return
  let at = from
  for (const line of part.split('\n')) {
    if (line.replace(between, '') !== '') take(bytes, at, at + line.length, 0)
    at += line.length + 1
  }
}
