import { type LogDraft, type Micros, textAt } from '@mla/model'
import type { Parse } from './format.ts'
import type { Grok } from './grok.ts'
import { rankOfWord } from './levels.ts'
import { whole } from './parse-syslog.ts'
import type { TimeReader } from './time-formats.ts'

export interface LineRules {
  readonly groks: readonly Grok[]
  readonly time: TimeReader
  readonly priorities: ReadonlyMap<string, number>
}

/** What is told of a line that none of the expressions describes. */
export const noMatch = 'no pattern matches'

/** Lines described by grok expressions; without one, a line is its message. */
export function createLineParse(rules: LineRules): Parse {
  const { groks } = rules
  return (draft, bytes, from, to, { reference }) => {
    if (groks.length === 0) {
      draft.range(textAt.message, from, to)
      return
    }
    const line = bytes.toString('utf8', from, to)
    for (const { captures, match } of groks) {
      const found = match(line)
      if (found === null) continue
      captures.forEach(({ name, isNumber }, i) => {
        const text = found[i]
        if (text !== undefined && text !== '') assign(draft, name, text, isNumber, rules, reference)
      })
      if (!draft.has(textAt.message)) draft.range(textAt.message, from, to)
      return
    }
    whole(draft, from, to, noMatch)
  }
}

function assign(
  draft: LogDraft,
  name: string,
  text: string,
  isNumber: boolean,
  { time, priorities }: LineRules,
  reference: Micros,
): void {
  if (Object.hasOwn(textAt, name)) draft.text(textAt[name as keyof typeof textAt], text)
  else if (name === 'time') {
    draft.time = time(text, reference)
    if (!Number.isNaN(draft.time)) return
    draft.problem = `the time "${text.slice(0, 60)}" is in none of the formats`
    draft.field(name, text)
  } else if (name === 'priority' || name === 'level') {
    draft.rank = priorities.get(text.toLowerCase()) ?? rankOfWord(text)
    if (draft.rank < 0) draft.field('level', text)
  } else if (name === 'line' && /^\d{1,9}$/.test(text)) draft.line = Number(text)
  else draft.field(name, isNumber && Number.isFinite(Number(text)) ? Number(text) : text)
}
