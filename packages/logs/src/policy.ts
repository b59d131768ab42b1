import {
  type LogDraft,
  type LogRecord,
  type Micros,
  microsPerSecond,
  priorities,
  textAt,
} from '@mla/model'

/** What a source lets through. Ranks: 0 TRACE to 8 EMERGENCY. */
export interface PolicyRules {
  readonly minRank: number
  /** So many records a second, in bursts of as many as come in `burstSeconds`. Null: no limit. */
  readonly rate: {
    readonly perSecond: number
    readonly burst: number
    /** Records of this rank and above are never held back. */
    readonly exemptRank: number
  } | null
  /** One of so many records below a rank. */
  readonly sample: { readonly oneOf: number; readonly belowRank: number } | null
  /** The same text of the same process again within so long is counted, not sent. */
  readonly fold: { readonly within: Micros } | null
}

/** Why a record does not go on; each is counted under this name. */
export const withheld = ['priority', 'rate', 'sampled', 'folded'] as const
export type Withheld = (typeof withheld)[number]

export const letThrough: PolicyRules = { minRank: 0, rate: null, sample: null, fold: null }

const mostFolds = 1_000
const summaryEvery: Micros = 10 * microsPerSecond

interface Fold {
  readonly since: Micros
  readonly rank: number
  readonly host: string | null
  readonly process: string | null
  readonly message: string
  times: number
}

/** What a summary says: the fields of a record that its source sends in place of what it withheld. */
export type Summary = Pick<LogRecord, 'priority' | 'host' | 'process' | 'message' | 'fields'>

/** Decides record by record; time is an argument. */
export function createPolicy(rules: PolicyRules) {
  const { minRank, rate, sample, fold } = rules
  const folds = new Map<string, Fold>()
  const ended: Fold[] = []
  let tokens = rate?.burst ?? 0
  let filledAt = Number.NEGATIVE_INFINITY
  let held = 0
  let heldSince = 0
  let sampled = 0

  function overRate(rank: number, now: Micros): boolean {
    if (rate === null || rank >= rate.exemptRank) return false
    const gained = ((now - filledAt) * rate.perSecond) / microsPerSecond
    tokens = Math.min(rate.burst, tokens + Math.max(0, gained))
    filledAt = now
    if (tokens >= 1) {
      tokens--
      return false
    }
    if (held++ === 0) heldSince = now
    return true
  }

  function isRepeated(draft: LogDraft, rank: number, now: Micros): boolean {
    if (fold === null) return false
    const host = draft.read(textAt.host)
    const process = draft.read(textAt.process)
    const message = draft.read(textAt.message) ?? ''
    const key = `${rank}\n${host}\n${process}\n${message}`
    const known = folds.get(key)
    if (known !== undefined && now - known.since < fold.within) {
      known.times++
      return true
    }
    if (known !== undefined) end(key, known)
    else if (folds.size >= mostFolds) {
      const [oldest] = folds
      if (oldest) end(...oldest)
    }
    folds.set(key, { since: now, rank, host, process, message, times: 0 })
    return false
  }
  function end(key: string, one: Fold): void {
    folds.delete(key)
    if (one.times > 0) ended.push(one)
  }

  return {
    /** Null where the record goes on. `rank` is that of the draft, or the usual one; `least` in place of the rules'. */
    withholds(draft: LogDraft, rank: number, now: Micros, least = minRank): Withheld | null {
      if (rank < least) return 'priority'
      if (sample !== null && rank < sample.belowRank && sampled++ % sample.oneOf !== 0) {
        return 'sampled'
      }
      if (isRepeated(draft, rank, now)) return 'folded'
      return overRate(rank, now) ? 'rate' : null
    },
    /** What must be said of records that were withheld; at the end of the source all of it. */
    summaries(now: Micros, isEnd = false): readonly Summary[] {
      for (const [key, one] of folds) {
        if (!isEnd && fold !== null && now - one.since < fold.within) break
        end(key, one)
      }
      const said: Summary[] = ended.splice(0).map(summaryOfFold)
      if (held > 0 && rate !== null && (isEnd || now - heldSince >= summaryEvery)) {
        const seconds = Math.max(1, Math.round((now - heldSince) / microsPerSecond))
        said.push(summaryOfRate(held, seconds, rate.perSecond))
        held = 0
      }
      return said
    },
  }
}

const summaryOfFold = ({ rank, host, process, message, times }: Fold): Summary => ({
  priority: priorities[rank] ?? 'INFO',
  host,
  process,
  message: `repeated ${times} times: ${message}`,
  fields: [{ name: 'suppressed', value: times }],
})

const summaryOfRate = (count: number, seconds: number, perSecond: number): Summary => ({
  priority: 'WARNING',
  host: null,
  process: 'log-collector',
  message: `${count} records in ${seconds} s were suppressed: the source may send ${perSecond} a second`,
  fields: [{ name: 'suppressed', value: count }],
})

export type Policy = ReturnType<typeof createPolicy>
