import { textAt } from '@mla/model'
import { autoMatches } from './auto-matches.ts'
import type { Parse } from './format.ts'
import { acsElements } from './frame-acs.ts'
import { compileGrok } from './grok.ts'
import { createAcsParse } from './parse-acs.ts'
import { createJsonParse, usualKeys } from './parse-json.ts'
import { createLineParse, type LineRules } from './parse-lines.ts'
import { createSyslogParse } from './parse-syslog.ts'
import { timeReader } from './time-formats.ts'
import type { Zone } from './zone.ts'

const isAcs = new RegExp(`^<(?:${acsElements.join('|')})[\\s/>]`)

/** For lines that nobody described: by what the line begins with, then by common layouts. */
export function createAutoParse(rules: LineRules, zone: Zone): Parse {
  const json = createJsonParse({ keys: usualKeys, time: rules.time })
  const syslog = createSyslogParse(zone)
  const acs = createAcsParse(zone)
  const lines = createLineParse(rules)
  return (draft, bytes, from, to, circumstances) => {
    const first = bytes[from]
    if (first === 123) json(draft, bytes, from, to, circumstances)
    else if (first === 60 && isAcs.test(bytes.toString('latin1', from, Math.min(to, from + 12)))) {
      acs(draft, bytes, from, to, circumstances)
    } else {
      if (first !== 60) lines(draft, bytes, from, to, circumstances)
      if (first !== 60 && draft.problem === null) return
      draft.reset(bytes)
      syslog(draft, bytes, from, to, circumstances)
      if (first === 60 || draft.problem === null) return
      draft.problem = 'nothing that is known looks like this'
      if (!draft.has(textAt.message)) draft.range(textAt.message, from, to)
    }
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
  return { groks, time: timeReader(formats, zone), priorities: new Map() }
}
