import type { GrokFailure } from '@mla/logs'
import { formatTime, type LogDraft, type LogValue, priorities, textAt } from '@mla/model'
import type { Colour, Output } from './cli.ts'

/** A record as `mla logs try` shows it. */
export interface Shown {
  readonly line: string
  readonly time: string | null
  readonly priority: string | null
  readonly host: string | null
  readonly process: string | null
  readonly message: string
  readonly fields: Readonly<Record<string, LogValue>>
  readonly problem: string | null
  /** How far the best expression goes. */
  readonly matches: GrokFailure | null
}

/** Counts what a recipe makes of a file's lines. */
export function createTrial() {
  const problems = new Map<string, number>()
  const count = { records: 0, understood: 0, time: 0, priority: 0, host: 0, process: 0 }
  return {
    /** True where the record was not, or not wholly, understood. */
    add(draft: LogDraft): boolean {
      count.records++
      if (!Number.isNaN(draft.time)) count.time++
      if (draft.rank >= 0) count.priority++
      if (draft.has(textAt.host)) count.host++
      if (draft.has(textAt.process)) count.process++
      if (draft.problem === null) count.understood++
      else problems.set(draft.problem, (problems.get(draft.problem) ?? 0) + 1)
      return draft.problem !== null
    },
    shown: (draft: LogDraft, line: string, matches: GrokFailure | null): Shown => ({
      line,
      time: Number.isNaN(draft.time) ? null : formatTime(draft.time),
      priority: priorities[draft.rank] ?? null,
      host: draft.read(textAt.host),
      process: draft.read(textAt.process),
      message: draft.read(textAt.message) ?? '',
      fields: fieldsOf(draft),
      problem: draft.problem,
      matches,
    }),
    /** The most frequent problems first. */
    summary: () => ({
      ...count,
      problems: [...problems].sort(([, a], [, b]) => b - a).slice(0, 10),
    }),
  }
}

function fieldsOf(draft: LogDraft): Record<string, LogValue> {
  const fields: Record<string, LogValue> = {}
  for (const name of ['thread', 'file', 'routine', 'audience'] as const) {
    const text = draft.read(textAt[name])
    if (text !== null) fields[name] = text
  }
  if (draft.line >= 0) fields['line'] = draft.line
  for (let i = 0; i < draft.fields; i++) fields[draft.names[i] ?? ''] = draft.readField(i)
  return fields
}

const colours: Readonly<Record<string, Colour>> = { WARNING: 'yellow', NOTICE: 'bold' }

export function textOfLine(out: Output, shown: Shown | undefined): string {
  if (shown === undefined) return ''
  const { priority, problem, matches, line } = shown
  if (problem !== null) {
    const why = matches
      ? `${problem}; the nearest describes ${matches.matched} characters, then wants ${matches.wanted}`
      : problem
    const mark = matches ? `\n  ${' '.repeat(Math.min(matches.matched, 200))}^` : ''
    return `${out.paint('red', 'not understood:')} ${why}\n  ${line}${mark}`
  }
  const isGrave = priority !== null && priorities.indexOf(priority as 'ERROR') >= 5
  const colour = isGrave ? 'red' : (colours[priority ?? ''] ?? 'dim')
  const fields = Object.entries(shown.fields).map(([name, value]) => `${name}=${value}`)
  return [
    shown.time ?? '(no time)',
    out.paint(colour, (priority ?? '-').padEnd(9)),
    shown.host ?? '-',
    shown.process ?? '-',
    shown.message,
    out.paint('dim', fields.join(' ')),
  ].join('  ')
}
