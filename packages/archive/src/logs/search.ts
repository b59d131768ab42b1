import type { LogRecord, Micros } from '@mla/model'
import type { LogArchive, LogPosition, LogSearch } from '../log-port.ts'
import { createBlockFinder, type EventHour, eventHours } from './find-blocks.ts'
import { compareLogPositions } from './log-position.ts'
import { type FoundBlock, type LogBlockStore, nameOfBlock } from './log-store.ts'
import { compileLogFilter, type LogMatcher } from './match.ts'
import { OpenedBlock } from './scan.ts'

const pageSize = 500
/** Opened blocks that are remembered: blocks of many hours are met again in the next. */
const mostOpen = 8
/** Blocks that are read while one is looked through. */
const mostAhead = 3

/** The hits of one opened block that are still to come. */
interface Run {
  readonly opened: OpenedBlock
  readonly hits: Int32Array
  at: number
}

/**
 * Hour after hour, blocks in order of their edge; records come out when no block that is not open
 * yet can hold one before them. So only blocks that overlap in time are open at once.
 */
export async function* searchLogs(
  store: LogBlockStore,
  search: LogSearch,
): ReturnType<LogArchive['search']> {
  const { order, after, signal, looked } = search
  const matcher = compileLogFilter(search.filter)
  const find = createBlockFinder(store, matcher)
  const figures = { blocks: 0, opened: 0, messageBytes: 0 }
  const open = createOpener(store, figures)
  const range = startingAt(search)
  try {
    for await (const hour of eventHours(store, range, matcher, order)) {
      signal?.throwIfAborted()
      const blocks = await find(hour)
      figures.blocks += blocks.length
      let page: LogRecord[] = []
      for await (const { opened, hit } of merged(blocks, hour, order, open, matcher, signal)) {
        if (after && !isBehind(opened.position(hit), after, order)) continue
        page.push(opened.record(hit))
        if (page.length < pageSize) continue
        yield page
        signal?.throwIfAborted()
        page = []
      }
      if (page.length > 0) yield page
    }
  } finally {
    looked?.(figures)
  }
}

/** What lies before the cursor need not be looked at. */
function startingAt({ from, to, order, after }: LogSearch): { from: Micros; to: Micros } {
  if (!after) return { from, to }
  return order === 'newest'
    ? { from, to: Math.min(to, after.time + 1) }
    : { from: Math.max(from, after.time), to }
}

function isBehind(position: LogPosition, after: LogPosition, order: LogSearch['order']): boolean {
  const compared = compareLogPositions(position, after)
  return order === 'oldest' ? compared > 0 : compared < 0
}

/** Opens a block; of those that are likely next, the reading begins meanwhile. */
type Open = (block: FoundBlock, next?: readonly FoundBlock[]) => Promise<OpenedBlock | null>

export function createOpener(
  store: Pick<LogBlockStore, 'data'>,
  figures: { opened: number; messageBytes: number },
): Open {
  const known = new Map<string, OpenedBlock>()
  const coming = new Map<string, Promise<Buffer | null>>()
  const read = (block: FoundBlock): Promise<Buffer | null> => {
    const name = nameOfBlock(block)
    const begun = coming.get(name) ?? store.data(block)
    // Whoever opens it is told of a failure; perhaps nobody does.
    begun.catch(() => undefined)
    coming.set(name, begun)
    return begun
  }
  return async (block, next = []) => {
    const name = nameOfBlock(block)
    const opened = known.get(name)
    if (opened) return opened
    const reading = read(block)
    for (const one of next) if (!known.has(nameOfBlock(one))) void read(one)
    const data = await reading
    coming.delete(name)
    if (data === null) return null
    const fresh = new OpenedBlock(block, data)
    figures.opened++
    known.set(name, fresh)
    if (known.size > mostOpen) {
      const [oldest, forgotten] = known.entries().next().value as [string, OpenedBlock]
      figures.messageBytes += forgotten.messageBytes
      known.delete(oldest)
    }
    return fresh
  }
}

async function* merged(
  blocks: readonly FoundBlock[],
  { range }: EventHour,
  order: LogSearch['order'],
  open: Open,
  matcher: LogMatcher,
  signal: AbortSignal | undefined,
): AsyncIterable<{ readonly opened: OpenedBlock; readonly hit: number }> {
  const isOldest = order === 'oldest'
  const edgeOf = (block: FoundBlock): Micros => (isOldest ? block.first : block.last)
  const waiting = [...blocks].sort((a, b) => (isOldest ? 1 : -1) * (edgeOf(b) - edgeOf(a)))
  let runs: Run[] = []
  const headOf = ({ opened, hits, at }: Run): LogPosition =>
    opened.position(hits[isOldest ? at : hits.length - 1 - at] as number)
  for (;;) {
    const first = firstOf(runs, headOf, order)
    const next = waiting.at(-1)
    const time = first ? headOf(first).time : undefined
    if (next && (time === undefined || (isOldest ? edgeOf(next) <= time : edgeOf(next) >= time))) {
      waiting.pop()
      signal?.throwIfAborted()
      const opened = await open(next, waiting.slice(-mostAhead))
      const hits = opened?.hits(matcher, range.from, range.to)
      if (opened && hits && hits.length > 0) runs.push({ opened, hits, at: 0 })
      continue
    }
    if (!first) return
    const { opened, hits, at } = first
    yield { opened, hit: hits[isOldest ? at : hits.length - 1 - at] as number }
    if (++first.at === hits.length) runs = runs.filter((run) => run !== first)
  }
}

/** The run whose next record comes first; few blocks overlap, so no heap. */
function firstOf(
  runs: readonly Run[],
  headOf: (run: Run) => LogPosition,
  order: LogSearch['order'],
): Run | null {
  let best: Run | null = null
  let bestHead: LogPosition | null = null
  for (const run of runs) {
    const head = headOf(run)
    if (bestHead !== null) {
      const compared = compareLogPositions(head, bestHead)
      if (order === 'oldest' ? compared >= 0 : compared <= 0) continue
    }
    best = run
    bestHead = head
  }
  return best
}
