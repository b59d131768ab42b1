import { dayOf, type Micros, microsPerDay } from '@mla/model'
import { mayHold } from './grams.ts'
import { anySource, hourOf, type LogSummary, microsPerHour } from './log-block.ts'
import {
  type FoundBlock,
  type LogBlockStore,
  nameOfBlock,
  type Seen,
  type Shelf,
  withoutOverlap,
} from './log-store.ts'
import type { LogMatcher } from './match.ts'

export interface Range {
  readonly from: Micros
  readonly to: Micros
}

/** An hour of the records' times, with the shelves that hold wanted records of it. */
export interface EventHour {
  readonly range: Range
  readonly shelves: readonly Shelf[]
}

/** The hours of a range that hold wanted records, newest or oldest first. */
export async function* eventHours(
  store: LogBlockStore,
  { from, to }: Range,
  matcher: LogMatcher,
  order: 'newest' | 'oldest',
): AsyncIterable<EventHour> {
  if (!(from < to)) return
  const ordered = <T>(items: readonly T[], keyOf: (item: T) => number): T[] =>
    [...items].sort((a, b) => (keyOf(a) - keyOf(b)) * (order === 'oldest' ? 1 : -1))
  const days = await store.days(dayOf(from), dayOf(to - 1))
  for (const day of ordered(days, (one) => one)) {
    const start = Math.max(from, day * microsPerDay)
    const end = Math.min(to, (day + 1) * microsPerDay)
    const seen = await store.seen(day, hourOf(start), hourOf(end - 1))
    const wanted = Map.groupBy(
      seen.filter((one) => isWanted(one, matcher)),
      ({ eventHour }) => eventHour,
    )
    for (const [hour, rows] of ordered([...wanted], ([one]) => one)) {
      const shelves = new Map(rows.map((row) => [`${row.hour} ${row.partition}`, row]))
      const range = {
        from: Math.max(from, hour * microsPerHour),
        to: Math.min(to, (hour + 1) * microsPerHour),
      }
      yield { range, shelves: [...shelves.values()] }
    }
  }
}

const isWanted = ({ source, rank }: Seen, matcher: LogMatcher): boolean =>
  matcher.ranks[rank] === true && (source === anySource || matcher.source(source))

/** Finds the blocks of an hour that may hold wanted records; what is read it remembers a while. */
export function createBlockFinder(store: LogBlockStore, matcher: LogMatcher) {
  const shelves = new Map<string, Promise<readonly FoundBlock[]>>()
  const mostShelves = 64

  async function read(shelf: Shelf): Promise<readonly FoundBlock[]> {
    const [heads, before] = await Promise.all([
      store.heads(shelf),
      store.lastOf({ ...shelf, hour: shelf.hour - 1 }),
    ])
    const blocks = withoutOverlap(heads, before).filter((block) => mayMatch(block.summary, matcher))
    if (matcher.grams.length === 0 || blocks.length === 0) return blocks
    const filters = await store.filters(shelf, blocks)
    return blocks.filter((block) => {
      const filter = filters.get(nameOfBlock(block))
      return filter === undefined || mayHold(filter, matcher.grams)
    })
  }

  return async ({ range, shelves: wanted }: EventHour): Promise<FoundBlock[]> => {
    const found: FoundBlock[] = []
    for (const shelf of wanted) {
      const name = `${shelf.hour} ${shelf.partition}`
      let blocks = shelves.get(name)
      if (blocks === undefined) {
        blocks = read(shelf)
        shelves.set(name, blocks)
        if (shelves.size > mostShelves) shelves.delete(shelves.keys().next().value as string)
      }
      for (const block of await blocks) {
        if (block.first < range.to && block.last >= range.from) found.push(block)
      }
    }
    return found
  }
}

function mayMatch({ count, counts, sources, hosts }: LogSummary, matcher: LogMatcher): boolean {
  if (count === 0) return false
  if (!counts.some((records, rank) => records > 0 && matcher.ranks[rank] === true)) return false
  if (hosts && matcher.hasHosts && !hosts.some((name) => matcher.host(name))) return false
  if (!sources || !matcher.hasSources) return true
  return Object.entries(sources).some(
    ([name, ranks]) =>
      matcher.source(name) &&
      ranks.some((records, rank) => records > 0 && matcher.ranks[rank] === true),
  )
}
