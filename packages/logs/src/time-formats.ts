import type { Micros } from '@mla/model'
import { monthNamed, wallClock } from './civil.ts'
import { epochOf } from './parse-json.ts'
import { nearest, StampReader } from './stamp.ts'
import type { Zone } from './zone.ts'
import { splitZoneName } from './zone-names.ts'

/** Reads a text as a time; NaN where it is none. `reference` is for stamps without a year. */
export type TimeReader = (text: string, reference: Micros) => Micros

type Part =
  | 'year'
  | 'shortYear'
  | 'month'
  | 'monthName'
  | 'day'
  | 'hour'
  | 'hour12'
  | 'half'
  | 'minute'
  | 'second'
  | 'fraction'
  | 'offset'
  | 'ignored'

/** The letters of a format, as Java, Luxon and Unicode's TR 35 have them. */
const tokens: readonly (readonly [token: string, part: Part, pattern: string])[] = [
  ['yyyy', 'year', '(\\d{4})'],
  ['yy', 'shortYear', '(\\d\\d)'],
  ['MMMM', 'monthName', '([A-Za-z]{3,9})'],
  ['MMM', 'monthName', '([A-Za-z]{3})'],
  ['MM', 'month', '(\\d\\d)'],
  ['M', 'month', '(\\d\\d?)'],
  ['dd', 'day', '(\\d\\d)'],
  ['d', 'day', ' ?(\\d\\d?)'],
  ['EEEE', 'ignored', '([A-Za-z]+)'],
  ['EEE', 'ignored', '([A-Za-z]{3})'],
  ['HH', 'hour', '(\\d\\d)'],
  ['H', 'hour', '(\\d\\d?)'],
  ['hh', 'hour12', '(\\d\\d)'],
  ['h', 'hour12', '(\\d\\d?)'],
  ['mm', 'minute', '(\\d\\d)'],
  ['m', 'minute', '(\\d\\d?)'],
  ['ss', 'second', '(\\d\\d)'],
  ['s', 'second', '(\\d\\d?)'],
  ['a', 'half', '([AaPp]\\.?[Mm]\\.?)'],
  ['XXX', 'offset', '(Z|[+-]\\d\\d:?\\d\\d)'],
  ['Z', 'offset', '(Z|[+-]\\d\\d:?\\d\\d)'],
]

/** Formats that are more than a row of parts. */
const named = ['iso', 'bsd', 'epoch', 'epochMs', 'epochUs', 'epochNs'] as const

/** What is wrong with a format, or null. */
export function problemOfFormat(format: string): string | null {
  if ((named as readonly string[]).includes(format)) return null
  const { parts, unknown } = partsOf(format)
  if (unknown !== null) return `"${unknown}" is no part of a time`
  const has = (...wanted: Part[]): boolean => wanted.some((part) => parts.includes(part))
  if (!has('hour', 'hour12') || !has('day') || !has('month', 'monthName')) {
    return 'a format needs at least month, day and hour (MM dd HH)'
  }
  return null
}

/** Reads by the first of these formats that fits. The zone is for what says none. */
export function timeReader(formats: readonly string[], zone: Zone): TimeReader {
  const readers = formats.map((format) => readerOf(format, zone))
  const utcReaders = formats.map((format) => readerOf(format, utc))
  return (text, reference) => {
    const trimmed = text.trim()
    const time = firstOf(readers, trimmed, reference)
    if (!Number.isNaN(time)) return time
    // Some write a space in front of the zone: 08:00:01 +0000.
    const tight = trimmed.replace(/(\d) (?=[+-]\d\d(?::?\d\d)?$)/, '$1')
    if (tight !== trimmed) return firstOf(readers, tight, reference)
    const named = splitZoneName(trimmed)
    if (named === null) return Number.NaN
    return firstOf(utcReaders, named.local, reference) - named.minutes * 60_000_000
  }
}

const utc: Zone = (local) => local

function firstOf(readers: readonly TimeReader[], text: string, reference: Micros): Micros {
  for (const read of readers) {
    const time = read(text, reference)
    if (!Number.isNaN(time)) return time
  }
  return Number.NaN
}

function readerOf(format: string, zone: Zone): TimeReader {
  switch (format) {
    case 'iso':
    case 'bsd':
      return stampReader(format, zone)
    case 'epoch':
      return (text) => (isNumber(text) ? Math.round(Number(text) * 1e6) : Number.NaN)
    case 'epochMs':
      return (text) => (isNumber(text) ? Math.round(Number(text) * 1e3) : Number.NaN)
    case 'epochUs':
      return (text) => (isNumber(text) ? Math.round(Number(text)) : Number.NaN)
    case 'epochNs':
      return (text) => (isNumber(text) ? Math.floor(Number(text) / 1e3) : Number.NaN)
    default:
      return partReader(format, zone)
  }
}

const isNumber = (text: string): boolean => /^-?\d{1,19}(\.\d{1,9})?$/.test(text)

function stampReader(format: 'iso' | 'bsd', zone: Zone): TimeReader {
  const stamps = new StampReader(zone)
  return (text, reference) => {
    if (isNumber(text)) return format === 'iso' ? epochOf(Number(text)) : Number.NaN
    const bytes = Buffer.from(text)
    const { length } = bytes
    const time =
      format === 'iso' ? stamps.iso(bytes, 0, length) : stamps.bsd(bytes, 0, length, reference)
    return stamps.end === length ? time : Number.NaN
  }
}

function partReader(format: string, zone: Zone): TimeReader {
  const { parts, pattern } = partsOf(format)
  const regex = new RegExp(`^${pattern}$`)
  return (text, reference) => {
    const match = regex.exec(text)
    if (match === null) return Number.NaN
    let [year, month, day, hour, minute, second, micros] = [-1, 1, 1, 0, 0, 0, 0]
    let half = ''
    let offset: string | null = null
    parts.forEach((part, i) => {
      const found = match[i + 1] ?? ''
      if (part === 'year') year = Number(found)
      else if (part === 'shortYear') year = Number(found) + (Number(found) < 70 ? 2000 : 1900)
      else if (part === 'month') month = Number(found)
      else if (part === 'monthName') month = monthNamed(found)
      else if (part === 'day') day = Number(found)
      else if (part === 'hour' || part === 'hour12') hour = Number(found)
      else if (part === 'half') half = found[0]?.toLowerCase() ?? ''
      else if (part === 'minute') minute = Number(found)
      else if (part === 'second') second = Number(found)
      else if (part === 'fraction') micros = Number(found.padEnd(6, '0').slice(0, 6))
      else if (part === 'offset') offset = found
    })
    if (half !== '') hour = (hour % 12) + (half === 'p' ? 12 : 0)
    const local =
      year < 0
        ? nearest(month, day, hour, minute, second, micros, reference)
        : wallClock(year, month, day, hour, minute, second, micros)
    return offset === null ? zone(local) : local - offsetOf(offset)
  }
}

function offsetOf(text: string): Micros {
  if (text === 'Z') return 0
  const digits = text.replace(':', '')
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5))
  return (digits.startsWith('-') ? -minutes : minutes) * 60_000_000
}

/** The parts of a format in order, and the pattern that finds them; texts in quotes stand for themselves. */
function partsOf(format: string): {
  readonly parts: readonly Part[]
  readonly pattern: string
  readonly unknown: string | null
} {
  const parts: Part[] = []
  let pattern = ''
  for (let at = 0; at < format.length; ) {
    const rest = format.slice(at)
    const quoted = /^'([^']*)'/.exec(rest)
    const fraction = /^S+/.exec(rest)
    const token = tokens.find(([letters]) => rest.startsWith(letters))
    if (quoted) {
      pattern += literal(quoted[1] ?? '')
      at += quoted[0].length
    } else if (fraction) {
      parts.push('fraction')
      pattern += '(\\d{1,9})'
      at += fraction[0].length
    } else if (token) {
      parts.push(token[1])
      pattern += token[2]
      at += token[0].length
    } else {
      const letter = rest[0] ?? ''
      if (/[A-Za-z]/.test(letter)) return { parts, pattern, unknown: letter }
      pattern += literal(letter)
      at++
    }
  }
  return { parts, pattern, unknown: null }
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
