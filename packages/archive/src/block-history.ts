import { type Micros, type PointId, type Sample, timeOf } from '@mla/model'
import { Bucketing, bucketWidth } from './buckets.ts'
import { mergeSamples } from './merge.ts'
import type { History, HistoryQuery } from './port.ts'
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
  /** All blocks of the point that may hold samples of the range, in order of their first time. */
  find(point: PointId, range: Range): Promise<readonly B[]>
  /** The samples of these blocks, in the order asked. */
  open(point: PointId, blocks: readonly B[]): Promise<readonly (readonly Sample[])[]>
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
  const inside = runs.filter((run) => isWhole(run, query))
  const certain = inside.reduce((sum, run) => sum + largestBlock(run), 0)
  if (certain <= query.maxPoints) {
    const samples = (await openRuns(source, query, runs)).flat()
    if (samples.length <= query.maxPoints) return { tier: 'raw', samples, buckets: null }
    return bucketsOf(query, [], [samples])
  }
  const bucketing = new Bucketing(bucketWidth(query, query.maxPoints))
  const [answered, rest] = parted(runs, (run) => isWhole(run, query) && isAnswered(run, bucketing))
  const summaries = answered.flatMap((run) => run.blocks.map((block) => block.summary as Summary))
  return bucketsOf(query, summaries, await openRuns(source, query, rest))
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

function bucketsOf(
  query: HistoryQuery,
  summaries: readonly Summary[],
  runs: readonly (readonly Sample[])[],
): History {
  const widthMicros = bucketWidth(query, query.maxPoints)
  const bucketing = new Bucketing(widthMicros)
  for (const summary of summaries) bucketing.addSummary(summary)
  for (const samples of runs) bucketing.addSamples(samples)
  return { tier: 'raw', samples: null, widthMicros, buckets: bucketing.buckets() }
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
  const opened = await source.open(
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
