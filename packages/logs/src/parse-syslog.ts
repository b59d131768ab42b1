import { type LogDraft, textAt } from '@mla/model'
import type { Circumstances, Parse } from './format.ts'
import { facilities, rankOfSeverity } from './levels.ts'
import { createHeaderParse } from './parse-rfc5424.ts'
import { find } from './search.ts'
import { StampReader } from './stamp.ts'
import type { Zone } from './zone.ts'

const space = 32
const colon = 58
const bracket = 91

/**
 * Syslog as it comes: RFC 5424 and RFC 3164 told apart by the version behind the priority, also
 * with ISO stamps, and also as files keep it, without a priority. The hot path: by index on
 * bytes, nothing is allocated for a usual line.
 */
export function createSyslogParse(zone: Zone): Parse {
  const stamps = new StampReader(zone)
  const parse5424 = createHeaderParse(stamps)

  return (draft, bytes, from, to, circumstances) => {
    let at = from
    const hasPriority = bytes[from] === 60
    if (hasPriority) {
      at = readPriority(draft, bytes, from, to)
      if (at < 0) {
        whole(draft, from, to, 'syslog: a priority beyond 191')
        return
      }
      if (at + 1 < to && bytes[at] === 49 && bytes[at + 1] === space) {
        parse5424(draft, bytes, at + 2, to)
        return
      }
    }
    parse3164(draft, bytes, at, to, circumstances, hasPriority)
  }

  function parse3164(
    draft: LogDraft,
    bytes: Buffer,
    from: number,
    to: number,
    { reference }: Circumstances,
    hasPriority: boolean,
  ): void {
    // Some senders number their lines, and mark a clock that is not set, or not sure, in front of it.
    const behind = hasPriority ? sequenceEnd(bytes, from, to) : from
    const start = bytes[behind] === 42 || bytes[behind] === 46 ? behind + 1 : behind
    let time = stamps.bsd(bytes, start, to, reference)
    if (Number.isNaN(time)) time = stamps.iso(bytes, start, to)
    if (Number.isNaN(time)) {
      // The standard has no other rule for a line without a stamp: all of it is the content.
      if (hasPriority) readTag(draft, bytes, from, to)
      else whole(draft, from, to, 'syslog: neither a priority nor a time stamp')
      return
    }
    draft.time = time
    if (behind > from) draft.fieldRange('sequence', from, behind - 2)
    let at = stamps.end
    if (at < to && bytes[at] === colon) at++
    at = skipSpaces(bytes, at, to)
    const end = wordEnd(bytes, at, to)
    // A line of the machine itself has no host: then its first word is the tag.
    const isTag = end === to || bytes[end - 1] === colon || hasBracket(bytes, at, end)
    if (!isTag) {
      draft.range(textAt.host, at, end)
      at = end + 1
    }
    readTag(draft, bytes, at, to)
  }
}

/** `<134>`: sets priority and facility, answers where it ends; -1 where there is none. */
function readPriority(draft: LogDraft, bytes: Buffer, from: number, to: number): number {
  let value = 0
  let at = from + 1
  const last = Math.min(to, from + 4)
  for (; at < last; at++) {
    const digit = (bytes[at] as number) - 48
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
  }
  if (at === from + 1 || at >= to || bytes[at] !== 62 || value > 191) return -1
  draft.rank = rankOfSeverity(value & 7)
  draft.field('facility', facilities[value >> 3] ?? '')
  return at + 1
}

/** `123: `, the number of a line as Cisco's devices write it: where it ends; `from` where there is none. */
function sequenceEnd(bytes: Buffer, from: number, to: number): number {
  let at = from
  while (at < to && (bytes[at] as number) >= 48 && (bytes[at] as number) <= 57) at++
  const isOne = at > from && bytes[at] === colon && bytes[at + 1] === space && at + 2 < to
  return isOne ? at + 2 : from
}

/** `sshd[1234]: text`: the program, its process number, and the message behind. */
function readTag(draft: LogDraft, bytes: Buffer, from: number, to: number): void {
  const start = skipSpaces(bytes, from, to)
  let at = start
  let byte = 0
  for (; at < to; at++) {
    byte = bytes[at] as number
    if (byte === colon || byte === bracket || byte === space) break
  }
  if (at > start && at < to && byte !== space) {
    if (byte === bracket) {
      const close = find(bytes, 93, at, to)
      const isTag = close + 1 < to && bytes[close + 1] === colon
      if (isTag) {
        draft.range(textAt.process, start, at)
        draft.fieldRange('pid', at + 1, close)
        message(draft, bytes, close + 2, to)
        return
      }
    } else if (at + 1 === to || bytes[at + 1] === space) {
      draft.range(textAt.process, start, at)
      message(draft, bytes, at + 1, to)
      return
    }
  }
  // `syslogd 1.4.1: restart.`: some programs say their version in the tag.
  if (byte === space) {
    const end = wordEnd(bytes, at + 1, to)
    if (end < to && bytes[end - 1] === colon && isVersion(bytes, at + 1, end - 1)) {
      draft.range(textAt.process, start, end - 1)
      message(draft, bytes, end, to)
      return
    }
  }
  draft.range(textAt.message, start, to)
}

function message(draft: LogDraft, bytes: Buffer, at: number, to: number): void {
  draft.range(textAt.message, bytes[at] === space && at < to ? at + 1 : at, to)
}

/** The line as the message, with why it is no more than that. */
export function whole(draft: LogDraft, from: number, to: number, problem: string): void {
  draft.range(textAt.message, from, to)
  draft.problem = problem
}

function skipSpaces(bytes: Buffer, from: number, to: number): number {
  let at = from
  while (at < to && bytes[at] === space) at++
  return at
}

const wordEnd = (bytes: Buffer, from: number, to: number): number => find(bytes, space, from, to)

function hasBracket(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] === bracket) return at > from
  return false
}

function isVersion(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number
    if (byte !== 46 && (byte < 48 || byte > 57)) return false
  }
  return to > from
}
