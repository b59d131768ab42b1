import { type Micros, MlaError, type PointId, type Sample, timeOf } from '@mla/model'
import { QuantileSketch } from '@mla/processing'
import { Bucketing } from '../buckets.ts'
import type {
  ArchiveClass,
  History,
  HistoryQuery,
  Quantiles,
  QuantilesQuery,
  Tier,
} from '../port.ts'
import type { Range } from '../summary.ts'
import { decodeBuckets } from './rollup-code.ts'
import { decodeSketches, sketchAccuracy } from './sketch-code.ts'
import { chooseTier, chunkMicros, sketchTier, tierName } from './tiers.ts'

/** A stored chunk of a tier, by where it begins. */
export interface StoredChunk {
  readonly start: Micros
  readonly data: Uint8Array
}

export interface StoredSketches extends StoredChunk {
  readonly sketch: Uint8Array
  readonly sketches: Uint8Array
}

/** What an adapter answers from its rollups: only of days that agree with all that is stored. */
export interface RollupSource {
  chunks(point: PointId, tier: Tier, range: Range): Promise<readonly StoredChunk[]>
  /** As `chunks`, of the tier that carries sketches. */
  sketches(point: PointId, tier: Tier, range: Range): Promise<readonly StoredSketches[]>
}

/** What an adapter answers from its samples alone. */
export interface RawSource {
  history(query: HistoryQuery): Promise<History>
  /** Adds all samples of the range to buckets of this width. */
  addTo(bucketing: Bucketing, width: Micros, part: RawPart): Promise<void>
  /** Adds all numbers of the range to a sketch. */
  sketch(into: QuantileSketch, part: RawPart): Promise<void>
  count(point: PointId, from: Micros, to: Micros): Promise<number>
}

export interface RawPart extends Range {
  readonly point: PointId
  readonly overlay: readonly Sample[]
}

/** Raw samples that percentiles may be made of where there are no rollups: some seconds' work. */
const mostSketched = 20_000_000

/** Answers from the coarsest tier that will do, and from samples what that does not hold. */
export function createRolledHistory(parts: {
  readonly raw: RawSource
  readonly rollups: RollupSource
  readonly classOf: (point: PointId) => Pick<ArchiveClass, 'rollups' | 'retentionDays'>
  readonly now: () => Micros
}) {
  const { raw, rollups, classOf, now } = parts

  async function history(query: HistoryQuery): Promise<History> {
    const choice = chooseTier(classOf(query.point), query, now())
    if (choice === null) return raw.history(query)
    const { tier, widthMicros, rawCovers } = choice
    const { point, overlay = [], maxPoints } = query
    const found = withoutOverlay(
      await rollups.chunks(point, tier, query),
      chunkMicros(tier),
      overlay,
    )
    if (found.length === 0) return raw.history(query)

    const bucketing = new Bucketing(widthMicros)
    // Where nothing finer is left, a bucket that reaches over an end of the range is still shown.
    const inside = rawCovers ? wholeIn(query, tier.widthMicros) : touching(query, tier.widthMicros)
    let count = 0
    for (const { start, data } of found) {
      for (const [time, summary] of decodeBuckets(data, start, tier.widthMicros)) {
        if (time < inside.from || time >= inside.to) continue
        bucketing.addSummary(summary)
        count += summary.count
      }
    }
    const isSparse = count <= maxPoints && query.widthMicros === undefined
    if (isSparse && rawCovers) return raw.history(query)
    const covered = found.map(({ start }) => ({ from: start, to: start + chunkMicros(tier) }))
    for (const rest of restOf(query, covered, inside)) {
      await raw.addTo(bucketing, widthMicros, { point, overlay, ...rest })
    }
    return { tier: tierName(tier), samples: null, widthMicros, buckets: bucketing.buckets() }
  }

  async function quantiles({
    point,
    from,
    to,
    shares,
    overlay = [],
  }: QuantilesQuery): Promise<Quantiles> {
    const all = new QuantileSketch(sketchAccuracy)
    const tier = sketchTier(classOf(point).rollups)
    const range = { from, to }
    let rest: readonly Range[] = [range]
    let name = 'raw'
    if (tier) {
      const size = chunkMicros(tier)
      const found = withoutOverlay(await rollups.sketches(point, tier, range), size, overlay)
      const inside = wholeIn(range, tier.widthMicros)
      for (const chunk of found) addSketches(all, chunk, tier, inside)
      const covered = found.map(({ start }) => ({ from: start, to: start + size }))
      rest = restOf(range, covered, inside)
      if (found.length > 0) name = tierName(tier)
    }
    let left = mostSketched
    for (const part of rest) {
      left -= await raw.count(point, part.from, part.to)
      if (left < 0) {
        throw new MlaError(
          'QUERY_TOO_LARGE',
          `percentiles of ${point}: more than ${mostSketched} samples that are not rolled up; ask for less`,
        )
      }
      await raw.sketch(all, { point, overlay, ...part })
    }
    const values = shares.map((share) => all.quantile(share))
    return { tier: name, count: all.count, values, accuracy: sketchAccuracy }
  }

  return { history, quantiles }
}

function addSketches(all: QuantileSketch, chunk: StoredSketches, tier: Tier, inside: Range): void {
  const end = chunk.start + chunkMicros(tier)
  if (chunk.start >= inside.from && end <= inside.to) {
    for (const sketch of decodeSketches(chunk.sketch)) all.merge(sketch)
    return
  }
  const buckets = decodeBuckets(chunk.data, chunk.start, tier.widthMicros)
  const sketches = decodeSketches(chunk.sketches)
  buckets.forEach(([time], i) => {
    const sketch = sketches[i]
    if (sketch && time >= inside.from && time < inside.to) all.merge(sketch)
  })
}

/** Chunks in which no sample of the overlay lies: those that may not be archived count, too. */
function withoutOverlay<C extends StoredChunk>(
  chunks: readonly C[],
  size: Micros,
  overlay: readonly Sample[],
): readonly C[] {
  if (overlay.length === 0) return chunks
  const touched = new Set(overlay.map((sample) => Math.floor(timeOf(sample) / size)))
  return chunks.filter(({ start }) => !touched.has(Math.floor(start / size)))
}

const wholeIn = ({ from, to }: Range, width: Micros): Range => ({
  from: Math.ceil(from / width) * width,
  to: Math.floor(to / width) * width,
})

const touching = ({ from, to }: Range, width: Micros): Range => ({
  from: Math.floor(from / width) * width,
  to: Math.ceil(to / width) * width,
})

/** What of `query` no covered stretch answers with buckets that lie `inside`. */
function restOf(query: Range, covered: readonly Range[], inside: Range): Range[] {
  const rest: Range[] = []
  let from = query.from
  const take = (to: Micros) => {
    if (to > from) rest.push({ from, to })
  }
  for (const one of [...covered].sort((a, b) => a.from - b.from)) {
    const begin = Math.max(one.from, inside.from)
    const end = Math.min(one.to, inside.to)
    if (end <= begin) continue
    take(Math.min(begin, query.to))
    from = Math.max(from, end)
  }
  take(query.to)
  return rest
}
