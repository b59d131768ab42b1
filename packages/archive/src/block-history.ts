import { type Micros, type PointId, type Sample, timeOf } from '@mla/model'
import { openBlock, type StoredData, scanBlock } from './block.ts'
import { Bucketing, bucketWidth } from './buckets.ts'
import { mergeSamples } from './merge.ts'
import type { History, HistoryQuery } from './port.ts'
import type { SeriesScan } from './series-scan.ts'
import type { Range, Summary } from './summary.ts'

/** A stored block by its summary; its samples are read only where they must be. */
export interface StoredBlock {
  readonly day: number
  readonly first: Micros
  readonly last: Micros
  readonly count: number
  /** Null where the summary alone cannot answer for the block (first and last are no numbers). */
  readonly summary: Summary | null
}

/** Where blocks lie: an adapter's part in answering a query. */
export interface BlockSource<B extends StoredBlock> {
  /**
   * All blocks of the point that may hold samples of the range, in order of their first time; of a
   * short range with their data, which would be asked for next.
   */
  find(point: PointId, range: Range): Promise<readonly B[]>
  /** What these blocks hold, in the order asked; null for one that is gone. */
  read(point: PointId, blocks: readonly B[]): Promise<readonly (StoredData | null)[]>
}

/** The samples of blocks, in the order asked. */
export async function openBlocks<B extends StoredBlock>(
  source: BlockSource<B>,
  point: PointId,
  blocks: readonly B[],
): Promise<(readonly Sample[])[]> {
  const data = await source.read(point, blocks)
  return data.map((one) => (one ? openBlock(point, one) : []))
}

/** A run of blocks that share time; alone in it, a block's summary is the truth. */
interface Run<B> {
  readonly blocks: B[]
  readonly overlay: Sample[]
  first: Micros
  last: Micros
}

/** Answers a query from blocks and an overlay: raw samples where they are few, else buckets. */
export async function historyOf<B extends StoredBlock>(
  source: BlockSource<B>,
  query: HistoryQuery,
): Promise<History> {
  const runs = runsOf(await source.find(query.point, query), query)
  const widthMicros = query.widthMicros ?? bucketWidth(query, query.maxPoints)
  const bucketing = new Bucketing(widthMicros)
  const inside = runs.filter((run) => isWhole(run, query))
  const certain = inside.reduce((sum, run) => sum + largestBlock(run), 0)
  if (query.widthMicros === undefined && certain <= query.maxPoints) {
    const samples = (await openRuns(source, query, runs)).flat()
    if (samples.length <= query.maxPoints) return { tier: 'raw', samples, buckets: null }
    bucketing.addSamples(samples)
  } else await addRuns(source, bucketing, query, runs)
  return { tier: 'raw', samples: null, widthMicros, buckets: bucketing.buckets() }
}

type BlockRange = Range & { readonly point: PointId; readonly overlay?: readonly Sample[] }

/** Adds all samples of a range to buckets: by summaries where those answer, else by samples. */
export async function addBlocksTo<B extends StoredBlock>(
  source: BlockSource<B>,
  bucketing: Bucketing,
  query: BlockRange,
): Promise<void> {
  await addRuns(source, bucketing, query, runsOf(await source.find(query.point, query), query))
}

async function addRuns<B extends StoredBlock>(
  source: BlockSource<B>,
  bucketing: Bucketing,
  query: BlockRange,
  runs: readonly Run<B>[],
): Promise<void> {
  const [answered, rest] = parted(runs, (run) => isWhole(run, query) && isAnswered(run, bucketing))
  for (const { blocks } of answered) {
    for (const { summary } of blocks) if (summary) bucketing.addSummary(summary)
  }
  await walkRuns(source, query, rest, {
    scan: (scan) => bucketing.addScan(scan, query),
    samples: (samples) => bucketing.addSamples(samples),
  })
}

/** What takes the samples of blocks: walked over where a block is alone, as objects where some are merged. */
export interface BlockWalker {
  /** Samples of one block, each once, in order; also such that lie outside of the range. */
  scan(scan: SeriesScan): void
  samples(samples: readonly Sample[]): void
}

/** Goes over all samples of a range, each once. */
export async function walkBlocks<B extends StoredBlock>(
  source: BlockSource<B>,
  query: BlockRange,
  walker: BlockWalker,
): Promise<void> {
  const runs = runsOf(await source.find(query.point, query), query)
  await walkRuns(source, query, runs, walker)
}

/** Goes over all samples of blocks that are all there is of a stretch, each once. */
export async function walkDay<B extends StoredBlock>(
  source: BlockSource<B>,
  point: PointId,
  blocks: readonly B[],
  walker: {
    /** Of a block that is alone: opens it as often as it is asked to. */
    scans(open: (walk: (scan: SeriesScan) => void) => void): void
    samples(samples: readonly Sample[]): void
  },
): Promise<void> {
  const all = { point, from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
  for (const run of runsOf(blocks, all)) {
    const [data] = run.blocks.length === 1 ? await source.read(point, run.blocks) : []
    if (data) walker.scans((walk) => scanBlock(point, data, walk))
    else for (const samples of await openRuns(source, all, [run])) walker.samples(samples)
  }
}

async function walkRuns<B extends StoredBlock>(
  source: BlockSource<B>,
  query: BlockRange,
  runs: readonly Run<B>[],
  walker: BlockWalker,
): Promise<void> {
  const [alone, mixed] = parted(runs, (run) => run.blocks.length === 1 && run.overlay.length === 0)
  const data = await source.read(
    query.point,
    alone.flatMap(({ blocks }) => blocks),
  )
  for (const one of data) if (one) scanBlock(query.point, one, (scan) => walker.scan(scan))
  for (const samples of await openRuns(source, query, mixed)) walker.samples(samples)
}

/** How many samples [from, to) holds. */
export async function countOf<B extends StoredBlock>(
  source: BlockSource<B>,
  point: PointId,
  range: Range,
): Promise<number> {
  const runs = runsOf(await source.find(point, range), range)
  const [known, rest] = parted(runs, (run) => isWhole(run, range) && run.blocks.length === 1)
  const opened = await openRuns(source, { point, ...range }, rest)
  const counted = known.reduce((sum, run) => sum + (run.blocks[0]?.count ?? 0), 0)
  return counted + opened.reduce((sum, samples) => sum + samples.length, 0)
}

/** Those of which it is so, and the others: in one pass, for a year has 100,000 runs. */
function parted<T>(all: readonly T[], isSo: (one: T) => boolean): [T[], T[]] {
  const [yes, no]: [T[], T[]] = [[], []]
  for (const one of all) (isSo(one) ? yes : no).push(one)
  return [yes, no]
}

function runsOf<B extends StoredBlock>(
  blocks: readonly B[],
  { from, to, overlay = [] }: Range & { readonly overlay?: readonly Sample[] },
): Run<B>[] {
  const ordered = overlay.filter((sample) => timeOf(sample) >= from && timeOf(sample) < to)
  const pieces: Run<B>[] = blocks
    .filter((block) => block.last >= from && block.first < to)
    .map((block) => ({ blocks: [block], overlay: [], first: block.first, last: block.last }))
  if (ordered.length > 0) {
    const times = ordered.map(timeOf)
    const first = times.reduce((a, b) => Math.min(a, b))
    const last = times.reduce((a, b) => Math.max(a, b))
    pieces.push({ blocks: [], overlay: ordered, first, last })
  }
  const runs: Run<B>[] = []
  for (const piece of pieces.sort((a, b) => a.first - b.first)) {
    const run = runs.at(-1)
    if (run === undefined || piece.first > run.last) runs.push(piece)
    else {
      run.blocks.push(...piece.blocks)
      run.overlay.push(...piece.overlay)
      run.last = Math.max(run.last, piece.last)
    }
  }
  return runs
}

const isWhole = <B>(run: Run<B>, { from, to }: Range): boolean => run.first >= from && run.last < to

const largestBlock = <B extends StoredBlock>(run: Run<B>): number =>
  run.blocks.reduce((most, block) => Math.max(most, block.count), 0)

const isAnswered = <B extends StoredBlock>(run: Run<B>, bucketing: Bucketing): boolean =>
  run.blocks.length === 1 &&
  run.overlay.length === 0 &&
  run.blocks[0]?.summary != null &&
  bucketing.holds(run.first, run.last)

/** The samples of each run that lie in the range: in order, each once. */
async function openRuns<B extends StoredBlock>(
  source: BlockSource<B>,
  { point, from, to }: Range & { readonly point: PointId },
  runs: readonly Run<B>[],
): Promise<Sample[][]> {
  const opened = await openBlocks(
    source,
    point,
    runs.flatMap((run) => run.blocks),
  )
  let next = 0
  return runs.map((run) => {
    const parts = run.blocks.map(() => opened[next++] ?? [])
    const samples = mergeSamples([...parts, run.overlay])
    return isWhole(run, { from, to })
      ? samples
      : samples.filter((sample) => timeOf(sample) >= from && timeOf(sample) < to)
  })
}
