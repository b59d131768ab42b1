import { type Bus, mlaState } from '@mla/bus'
import { retry } from '@mla/kit'
import {
  isPriority,
  type Micros,
  matchesGlob,
  type Priority,
  rankOf,
  type StateDocument,
} from '@mla/model'

/** From which priority on records of a source are let through, as somebody set it while the system runs. */
export interface LogLevelRule {
  /** A source of the configuration, or a part of one by the name of its records: `hosts/pi-7`, `hosts/tel*`. */
  readonly source: string
  readonly minPriority: Priority
  readonly time: Micros
  readonly by: string
}

const kind = 'log-level/'

/** How a rule is kept on `mla.state`; without a priority the configuration counts again. */
export function documentOfLevel(
  rule: Omit<LogLevelRule, 'minPriority'> & { readonly minPriority: Priority | null },
): StateDocument {
  const { source, minPriority, time, by } = rule
  return { key: kind + source, time, by, content: JSON.stringify({ minPriority }) }
}

/** What a document says of a level: null for a source that is as configured; undefined for any other document. */
function levelOf({ key, time, by, content }: StateDocument): LogLevelRule | null | undefined {
  if (!key.startsWith(kind)) return undefined
  const minPriority = priorityIn(content)
  if (typeof minPriority !== 'string' || !isPriority(minPriority)) return null
  return { source: key.slice(kind.length), minPriority, time, by }
}

function priorityIn(content: string): unknown {
  try {
    return (JSON.parse(content) as { readonly minPriority?: unknown } | null)?.minPriority
  } catch {
    return null
  }
}

/**
 * Follows the rules until the signal aborts: `changed` hears of them once all that there are have been
 * read, and then of each change.
 */
export async function followLogLevels(
  bus: Pick<Bus, 'follow'>,
  signal: AbortSignal,
  changed: (rules: ReadonlyMap<string, LogLevelRule>) => void,
  failed: (error: unknown) => void,
): Promise<void> {
  const follow = async (): Promise<void> => {
    const rules = new Map<string, LogLevelRule>()
    let isCaughtUp = false
    for await (const one of bus.follow(mlaState, 0, signal)) {
      if (one.kind === 'caught-up') {
        isCaughtUp = true
        changed(new Map(rules))
        continue
      }
      let isNew = false
      for (const { record } of one.messages) {
        const level = levelOf(record)
        if (level === undefined) continue
        isNew = true
        if (level === null) rules.delete(record.key.slice(kind.length))
        else rules.set(level.source, level)
      }
      if (isNew && isCaughtUp) changed(new Map(rules))
    }
  }
  await retry(follow, signal, failed)
}

/** What is let through of one source of the configuration, by rank. */
export interface SourceLevel {
  /** Of records that no rule names. */
  readonly usual: number
  /** By the name of a record's source; null where all of them are the same. */
  readonly of: ((name: string) => number) | null
}

const mostRemembered = 10_000

/** The most telling rule counts: a whole name before a pattern, a longer pattern before a shorter one. */
export function levelOfSource(
  id: string,
  configured: Priority,
  rules: ReadonlyMap<string, LogLevelRule>,
): SourceLevel {
  const usual = rankOf(rules.get(id)?.minPriority ?? configured)
  const parts = [...rules.values()]
    .filter(({ source }) => source.startsWith(`${id}/`))
    .sort((a, b) => b.source.length - a.source.length)
  if (parts.length === 0) return { usual, of: null }
  const patterns = parts.filter(({ source }) => /[*?]/.test(source))
  const known = new Map<string, number>()
  const of = (name: string): number => {
    const before = known.get(name)
    if (before !== undefined) return before
    const rule = rules.get(name) ?? patterns.find(({ source }) => matchesGlob(source, name))
    const rank = rule && rule.source !== id ? rankOf(rule.minPriority) : usual
    if (known.size >= mostRemembered) known.clear()
    known.set(name, rank)
    return rank
  }
  return { usual, of }
}
