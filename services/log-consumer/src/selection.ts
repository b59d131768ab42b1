import type { LogRule } from '@mla/cdb'
import { type LogCursor, logTexts, matchesGlob, rankOf } from '@mla/model'

/** What becomes of a record. */
export interface Verdict {
  readonly archive: boolean
  readonly live: boolean
}

/** Decides by priority, source and audience; the same few names come again and again. */
export interface Selection {
  /** True where everything goes everywhere: nobody need be asked. */
  readonly isEverything: boolean
  of(source: string, audience: string | null, rank: number): Verdict
  /** Of the record that the cursor stands on, which is of this source. */
  ofCursor(cursor: LogCursor, source: string): Verdict
}

interface Limits {
  readonly archive: number
  readonly live: number
}

const never = 99
const mostRemembered = 10_000
const goesOn: Verdict = { archive: true, live: true }
const audienceAt = 2 * logTexts.indexOf('audience')

export function createSelection(rules: readonly LogRule[]): Selection {
  const bySource = new Map<string, Limits>()
  const isEverything = rules.length === 0
  const byAudience = rules.some(({ audiences }) => audiences !== null)

  const limitsOf = (source: string, audience: string | null): Limits => {
    const key = audience === null ? source : `${source}\n${audience}`
    const known = bySource.get(key)
    if (known) return known
    const matching = rules.filter((rule) => matches(rule, source, audience))
    const limit = (which: 'archive' | 'live'): number => {
      const least = matching.find((rule) => rule[which] !== null)?.[which] ?? 'TRACE'
      return least === 'off' ? never : rankOf(least)
    }
    const limits = { archive: limit('archive'), live: limit('live') }
    if (bySource.size >= mostRemembered) bySource.clear()
    bySource.set(key, limits)
    return limits
  }
  const of = (source: string, audience: string | null, rank: number): Verdict => {
    const { archive, live } = limitsOf(source, audience)
    return { archive: rank >= archive, live: rank >= live }
  }
  return {
    isEverything,
    of,
    ofCursor(cursor, source) {
      if (isEverything) return goesOn
      const hasAudience = byAudience && (cursor.ranges[audienceAt] as number) >= 0
      const audience = hasAudience ? cursor.name('audience') : null
      return of(source, audience, cursor.rank)
    },
  }
}

function matches(rule: LogRule, source: string, audience: string | null): boolean {
  return (
    (rule.sources === null || rule.sources.some((name) => namesSource(name, source))) &&
    (rule.audiences === null ||
      rule.audiences.some((name) => name.toLowerCase() === (audience ?? '').toLowerCase()))
  )
}

/** By name, by what stands before a slash, or by a pattern. */
export const namesSource = (name: string, source: string): boolean =>
  name === source ||
  source.startsWith(`${name}/`) ||
  (/[*?]/.test(name) && matchesGlob(name, source))
