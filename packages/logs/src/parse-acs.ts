import { type LogDraft, rankOf, textAt } from '@mla/model'
import { attributesOf } from './acs-attributes.ts'
import type { Parse } from './format.ts'
import { acsElements, headEnd } from './frame-acs.ts'
import { whole } from './parse-syslog.ts'
import { StampReader } from './stamp.ts'
import type { Zone } from './zone.ts'

/** The levels of ACS as our priorities. Delouse is between its Trace and Debug. */
const rankOfElement: Readonly<Record<string, number>> = {
  Trace: rankOf('TRACE'),
  Delouse: rankOf('TRACE'),
  Debug: rankOf('DEBUG'),
  Info: rankOf('INFO'),
  Notice: rankOf('NOTICE'),
  Warning: rankOf('WARNING'),
  Error: rankOf('ERROR'),
  Critical: rankOf('CRITICAL'),
  Alert: rankOf('ALERT'),
  Emergency: rankOf('EMERGENCY'),
  Archive: rankOf('INFO'),
  Alarm: rankOf('ERROR'),
}
/** What the element says more than its priority does. */
const notAlone = ['Delouse', 'Archive', 'Alarm']

const texts: Readonly<Record<string, number>> = {
  Host: textAt.host,
  Process: textAt.process,
  Thread: textAt.thread,
  File: textAt.file,
  Routine: textAt.routine,
  Audience: textAt.audience,
}

const element = new RegExp(`<(${acsElements.join('|')})(?=[\\s/>])`)
const data = /<Data\s+Name="([\s\S]*?)"\s*(?:\/>|>)/g

/** An entry of ALMA's ACS log XML as its writers really make it. The zone is for Java's local times. */
export function createAcsParse(zone: Zone): Parse {
  const stamps = new StampReader(zone)

  return (draft, bytes, from, to) => {
    const text = bytes.toString('utf8', from, to)
    const start = element.exec(text)
    const head = start === null ? -1 : headEnd(text, start.index)
    if (start === null || head < 0) {
      whole(draft, from, to, 'acs: no log entry')
      return
    }
    const name = start[1] ?? ''
    draft.rank = rankOfElement[name] ?? -1
    if (notAlone.includes(name)) draft.field('level', name)
    readAttributes(draft, text.slice(start.index + 1 + name.length, head - 1))
    readBody(draft, text.slice(head), name)
    if (Number.isNaN(draft.time)) draft.problem ??= 'acs: there is no TimeStamp'
  }

  function readAttributes(draft: LogDraft, text: string): void {
    for (const [name, written] of attributesOf(text)) {
      const value = unescaped(written)
      const place = texts[name]
      if (name === 'TimeStamp') readTime(draft, value)
      else if (name === 'Line') {
        if (/^\d{1,9}$/.test(value)) draft.line = Number(value)
        else if (value !== '') draft.field(name, value)
      } else if (value === '') continue
      else if (place !== undefined) draft.text(place, value)
      else draft.field(name, /^-?\d{1,15}$/.test(value) ? Number(value) : value)
    }
  }

  function readTime(draft: LogDraft, value: string): void {
    const bytes = Buffer.from(value)
    draft.time = stamps.iso(bytes, 0, bytes.length)
    if (Number.isNaN(draft.time)) {
      draft.problem = 'acs: the TimeStamp is not understood'
      draft.field('TimeStamp', value)
    }
  }
}

/** The message, then any number of `<Data Name="…">`; a CDATA section may hold `]]>` itself. */
function readBody(draft: LogDraft, body: string, name: string): void {
  const close = body.lastIndexOf(`</${name}>`)
  const inner = close < 0 ? body : body.slice(0, close)
  const first = inner.search(/(?:^|\]\]>|\s|[^<])<Data\s+Name="/)
  const dataStart = first < 0 ? inner.length : inner.indexOf('<Data', first)
  draft.text(textAt.message, contentOf(inner.slice(0, dataStart)))
  const marks = [...inner.slice(dataStart).matchAll(data)]
  marks.forEach((mark, i) => {
    const from = dataStart + mark.index + mark[0].length
    const next = marks[i + 1]
    const to = next === undefined ? inner.length : dataStart + next.index
    const value = contentOf(inner.slice(from, to).replace(/<\/Data>\s*$/, ''))
    draft.field(unescaped(mark[1] ?? ''), value)
  })
}

/** What is in a CDATA section that begins and ends the text, else the text with its entities. */
function contentOf(text: string): string {
  const trimmed = text.trim()
  if (!trimmed.startsWith('<![CDATA[')) return unescaped(trimmed)
  const end = trimmed.endsWith(']]>') ? trimmed.length - 3 : trimmed.length
  return trimmed.slice(9, end)
}

const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
}

const unescaped = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});/g, (all, name: string) => {
        if (!name.startsWith('#')) return entities[name] ?? all
        const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
        return code <= 0x10ffff ? String.fromCodePoint(code) : all
      })
    : text
