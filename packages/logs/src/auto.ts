import { type LogDraft, type Priority, rankOf, textAt } from '@mla/model'
import { autoMatches } from './auto-matches.ts'
import type { Circumstances, Parse } from './format.ts'
import { acsElements } from './frame-acs.ts'
import { compileGrok } from './grok.ts'
import { createAcsParse } from './parse-acs.ts'
import { createJsonParse, usualKeys } from './parse-json.ts'
import { createLineParse, type LineRules, noMatch } from './parse-lines.ts'
import { createLogfmtParse, isLogfmt } from './parse-logfmt.ts'
import { createSyslogParse } from './parse-syslog.ts'
import { programPriorities } from './program-matches.ts'
import { timeReader } from './time-formats.ts'
import type { Zone } from './zone.ts'

const isAcs = new RegExp(`^<(?:${acsElements.join('|')})[\\s/>]`)
/** How container runtimes (CRI) write what a program printed: time, stream, whole or part of a line. */
const container = /^(\d{4}-\d\d-\d\dT\S+) (stdout|stderr) ([FP]) /
const longestHead = 64
const [brace, less] = [123, 60]

/** For lines that nobody described: by what the line begins with, then by common layouts. */
export function createAutoParse(rules: LineRules, zone: Zone): Parse {
  const keyed = { keys: usualKeys, time: rules.time }
  const json = createJsonParse(keyed)
  const logfmt = createLogfmtParse(keyed)
  const syslog = createSyslogParse(zone)
  const acs = createAcsParse(zone)
  const lines = createLineParse(rules)

  /** What a line says that is neither syslog nor ACS. */
  const layout: Parse = (draft, bytes, from, to, circumstances) => {
    if (bytes[from] === brace) json(draft, bytes, from, to, circumstances)
    else if (isLogfmt(bytes.toString('utf8', from, to))) {
      logfmt(draft, bytes, from, to, circumstances)
    } else lines(draft, bytes, from, to, circumstances)
  }

  /** The line that a program in a container printed, with the container's time where it has none. */
  function inContainer(
    draft: LogDraft,
    bytes: Buffer,
    from: number,
    to: number,
    circumstances: Circumstances,
  ): boolean {
    const head = bytes.toString('latin1', from, Math.min(to, from + longestHead))
    const found = container.exec(head)
    if (found === null) return false
    const [all, stamp = '', stream = '', part] = found
    const time = rules.time(stamp, circumstances.reference)
    if (Number.isNaN(time)) return false
    const start = from + all.length
    layout(draft, bytes, start, to, circumstances)
    if (draft.problem !== null) {
      draft.reset(bytes)
      draft.range(textAt.message, start, to)
    }
    if (Number.isNaN(draft.time)) draft.time = time
    draft.field('stream', stream)
    if (part === 'P') draft.field('isPart', true)
    return true
  }

  return (draft, bytes, from, to, circumstances) => {
    const first = bytes[from]
    if (first === less) {
      const isEntry = isAcs.test(bytes.toString('latin1', from, Math.min(to, from + 12)))
      const parse = isEntry ? acs : syslog
      parse(draft, bytes, from, to, circumstances)
      return
    }
    if (inContainer(draft, bytes, from, to, circumstances)) return
    layout(draft, bytes, from, to, circumstances)
    if (draft.problem !== noMatch) return
    draft.reset(bytes)
    syslog(draft, bytes, from, to, circumstances)
    if (draft.problem === null) return
    draft.problem = 'nothing that is known looks like this'
    if (!draft.has(textAt.message)) draft.range(textAt.message, from, to)
  }
}

/** Compiled once for each zone: it is the same for every source that uses it. */
export function autoRules(zone: Zone): LineRules {
  const { expressions, patterns, formats } = autoMatches
  const groks = expressions.map((expression) => {
    const grok = compileGrok(expression, patterns)
    if ('problem' in grok) throw new TypeError(`${expression}: ${grok.problem}`)
    return grok
  })
  const marks = Object.entries(programPriorities) as [string, Priority][]
  const priorities = new Map(marks.map(([mark, priority]) => [mark, rankOf(priority)]))
  return { groks, time: timeReader(formats, zone), priorities }
}
