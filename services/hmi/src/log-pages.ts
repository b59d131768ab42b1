import {
  compareLogPositions,
  compileLogFilter,
  type LogArchive,
  type LogFilter,
  type LogPosition,
  type LogSearch,
  parseLogPosition,
} from '@mla/archive'
import { type LogRecord, type Micros, MlaError, microsPerDay } from '@mla/model'
import type { LogTail } from './log-tail.ts'

export interface LogPage {
  readonly records: readonly LogRecord[]
  readonly hasNext: boolean
}

export type LogPageQuery = Omit<LogSearch, 'signal' | 'looked'>

const patienceMs = 60_000

/**
 * The archive's records, and those of the last moments that are in memory only. A page that takes
 * longer than a minute is given up.
 */
export function createLogPages(archive: Pick<LogArchive, 'search' | 'histogram'>, tail: LogTail) {
  async function page(query: LogPageQuery, first: number): Promise<LogPage> {
    const found: LogRecord[] = []
    const more = first + 1
    await patiently(async (signal) => {
      for await (const some of archive.search({ ...query, signal })) {
        found.push(...some.slice(0, more - found.length))
        if (found.length >= more) break
      }
    })
    const all = [...found, ...recentOf(query, found)].sort(orderOf(query))
    return { records: all.slice(0, first), hasNext: all.length > first }
  }

  function recentOf(query: LogPageQuery, found: readonly LogRecord[]): LogRecord[] {
    const { filter, from, to, after, order } = query
    const known = new Set(found.map(({ id }) => id))
    const { matches } = compileLogFilter(filter)
    return tail.recent().filter((record) => {
      if (record.time < from || record.time >= to || known.has(record.id)) return false
      const at = archivedPosition(record)
      if (at === null || !matches(record)) return false
      if (!after) return true
      const compared = compareLogPositions(at, after)
      return order === 'oldest' ? compared > 0 : compared < 0
    })
  }

  /** All of a search, in its order, a page at a time; as long as it takes. */
  async function* stream(query: LogSearch): AsyncIterable<readonly LogRecord[]> {
    const order = orderOf(query)
    let recent = recentOf(query, []).sort(order)
    for await (const some of archive.search(query)) {
      const last = some.at(-1)
      if (last === undefined) continue
      // What the archive has not by here it does not have.
      const known = new Set(some.map(({ id }) => id))
      const missing = recent.filter((one) => !known.has(one.id) && order(one, last) < 0)
      recent = recent.filter((one) => order(one, last) > 0)
      yield missing.length === 0 ? some : [...some, ...missing].sort(order)
    }
    if (recent.length > 0) yield recent
  }

  return {
    page,
    stream,
    histogram: (query: { from: Micros; to: Micros; filter: LogFilter }, width: Micros) =>
      patiently((signal) => archive.histogram({ ...query, signal }, width)),
    /** Throws QUERY_INVALID for an id that is none. */
    async context(id: string, filter: LogFilter, before: number, behind: number) {
      const at = parseLogPosition(id)
      const range = { from: at.time - microsPerDay, to: at.time + microsPerDay }
      const own = { filter: {}, from: at.time, to: at.time + 1, order: 'oldest' as const }
      const [older, { records: same }, newer] = await Promise.all([
        page({ ...range, filter, order: 'newest', after: at }, before),
        page(own, 10_000),
        page({ ...range, filter, order: 'oldest', after: at }, behind),
      ])
      const self = same.filter((record) => record.id === id)
      return [...older.records.toReversed(), ...self, ...newer.records]
    },
  }
}

export type LogPages = ReturnType<typeof createLogPages>

async function patiently<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(patienceMs)
  try {
    return await work(signal)
  } catch (error) {
    if (!signal.aborted) throw error
    const text = `the search took longer than ${patienceMs / 1000} s: take a shorter range`
    throw new MlaError('QUERY_TOO_LARGE', text, { cause: error })
  }
}

/** Null for what the archive will never have. */
function archivedPosition({ id }: LogRecord): LogPosition | null {
  const at = id === null ? null : parseLogPosition(id)
  return at === null || at.index >= 1_000_000 ? null : at
}

const orderOf =
  ({ order }: LogPageQuery) =>
  (a: LogRecord, b: LogRecord): number => {
    const compared = compareLogPositions(parseLogPosition(a.id ?? ''), parseLogPosition(b.id ?? ''))
    return order === 'oldest' ? compared : -compared
  }
