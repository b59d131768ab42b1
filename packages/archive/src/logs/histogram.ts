import { type Micros, MlaError, priorities } from '@mla/model'
import type { LogArchive, LogHistogram } from '../log-port.ts'
import { createBlockFinder, eventHours } from './find-blocks.ts'
import type { FoundBlock, LogBlockStore } from './log-store.ts'
import { compileLogFilter, type LogMatcher } from './match.ts'
import { createOpener } from './search.ts'

const mostBuckets = 10_000

/**
 * Counts of priorities by bucket: a block that lies in one bucket is counted by its summary, one
 * across an edge, or asked for what summaries do not tell, is opened.
 */
export async function histogramOf(
  store: LogBlockStore,
  { from, to, filter, signal, looked }: Parameters<LogArchive['histogram']>[0],
  width: Micros,
): Promise<LogHistogram[]> {
  if (!(width > 0)) throw new MlaError('QUERY_INVALID', 'a bucket must be longer than nothing')
  const matcher = compileLogFilter(filter)
  const find = createBlockFinder(store, matcher)
  const figures = { blocks: 0, opened: 0, messageBytes: 0 }
  const open = createOpener(store, figures)
  const buckets = new Map<number, number[]>()
  const add = (time: Micros, rank: number, records: number): void => {
    const start = Math.floor(time / width) * width
    let counts = buckets.get(start)
    if (counts === undefined) {
      if (buckets.size >= mostBuckets) {
        throw new MlaError('QUERY_TOO_LARGE', `more than ${mostBuckets} buckets: take wider ones`)
      }
      counts = priorities.map(() => 0)
      buckets.set(start, counts)
    }
    counts[rank] = (counts[rank] as number) + records
  }
  const isTold = matcher.text === null && matcher.regex === null && matcher.rest === null
  for await (const hour of eventHours(store, { from, to }, matcher, 'oldest')) {
    for (const block of await find(hour)) {
      signal?.throwIfAborted()
      figures.blocks++
      const { range } = hour
      const isWithin =
        block.first >= range.from &&
        block.last < range.to &&
        Math.floor(block.first / width) === Math.floor(block.last / width)
      const counts = isTold && isWithin && block.skipBelow === 0 ? toldBy(block, matcher) : null
      if (counts) {
        counts.forEach((records, rank) => {
          if (records > 0) add(block.first, rank, records)
        })
        continue
      }
      const opened = await open(block)
      if (!opened) continue
      const { times, ranks } = opened.data
      for (const hit of opened.hits(matcher, range.from, range.to)) {
        add(times[hit] as number, ranks[hit] as number, 1)
      }
    }
  }
  looked?.(figures)
  return [...buckets].sort(([a], [b]) => a - b).map(([time, counts]) => ({ time, counts }))
}

/** What the summary says of the wanted records; null where it does not tell. */
function toldBy({ summary }: FoundBlock, matcher: LogMatcher): readonly number[] | null {
  const { counts, sources, hosts } = summary
  if (matcher.hasHosts && !hosts?.every((name) => matcher.host(name))) return null
  const wantedOf = (all: readonly number[]) =>
    all.map((records, rank) => (matcher.ranks[rank] === true ? records : 0))
  if (!matcher.hasSources) return wantedOf(counts)
  if (!sources) return null
  return Object.entries(sources)
    .filter(([name]) => matcher.source(name))
    .reduce<readonly number[]>(
      (sum, [, ranks]) => wantedOf(ranks).map((records, rank) => records + (sum[rank] ?? 0)),
      priorities.map(() => 0),
    )
}
