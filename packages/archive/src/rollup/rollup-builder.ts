import { type Micros, microsPerDay, type Sample, timeOf } from '@mla/model'
import { QuantileSketch } from '@mla/processing'
import { Bucketing } from '../buckets.ts'
import type { Tier } from '../port.ts'
import type { SeriesScan } from '../series-scan.ts'
import { numberOf, type Range, type Summary } from '../summary.ts'
import { encodeBuckets } from './rollup-code.ts'
import { encodeSketches, sketchAccuracy } from './sketch-code.ts'
import { chunkMicros, sketchTier } from './tiers.ts'

/** What a tier keeps of one chunk of one point. */
export interface RollupChunk {
  readonly tier: Tier
  readonly start: Micros
  readonly data: Uint8Array
  /** In the coarsest tier: one sketch of all numbers of the chunk, and one for each of its buckets. */
  readonly sketch: Uint8Array | null
  readonly sketches: Uint8Array | null
}

/** Makes the rollups of one UTC day of one point from its samples, each given once. */
export class RollupBuilder {
  readonly #tiers: readonly Tier[]
  readonly #range: Range
  readonly #finest: Bucketing
  readonly #sketchWidth: Micros
  readonly #sketches = new Map<number, QuantileSketch>()

  constructor(tiers: readonly Tier[], day: number) {
    this.#tiers = [...tiers].sort((a, b) => a.widthMicros - b.widthMicros)
    this.#range = { from: day * microsPerDay, to: (day + 1) * microsPerDay }
    this.#finest = new Bucketing(this.#tiers[0]?.widthMicros ?? microsPerDay)
    this.#sketchWidth = sketchTier(tiers)?.widthMicros ?? microsPerDay
  }

  /** Walks twice over the same samples: once to sum them up, once for their distribution. */
  addScans(open: (walk: (scan: SeriesScan) => void) => void): void {
    open((scan) => this.#finest.addScan(scan, this.#range))
    open((scan) => {
      while (scan.next()) if (!Number.isNaN(scan.number)) this.#sketchAt(scan.time, scan.number)
    })
  }

  addSamples(samples: readonly Sample[]): void {
    this.#finest.addSamples(samples)
    for (const sample of samples) {
      const number = numberOf(sample)
      if (!Number.isNaN(number)) this.#sketchAt(timeOf(sample), number)
    }
  }

  #sketchAt(time: Micros, number: number): void {
    const index = Math.floor(time / this.#sketchWidth)
    let sketch = this.#sketches.get(index)
    if (sketch === undefined) {
      sketch = new QuantileSketch(sketchAccuracy)
      this.#sketches.set(index, sketch)
    }
    sketch.add(number)
  }

  chunks(): RollupChunk[] {
    const coarsest = this.#tiers.at(-1)
    let summaries = this.#finest.summaries()
    return this.#tiers.flatMap((tier) => {
      const bucketing = new Bucketing(tier.widthMicros)
      for (const [, summary] of summaries) bucketing.addSummary(summary)
      summaries = bucketing.summaries()
      return chunksOf(tier, summaries).map(([start, buckets]) => ({
        ...{ tier, start, data: encodeBuckets(buckets, start, tier.widthMicros) },
        ...(tier === coarsest ? this.#sketchesOf(buckets) : { sketch: null, sketches: null }),
      }))
    })
  }

  #sketchesOf(buckets: Buckets): Pick<RollupChunk, 'sketch' | 'sketches'> {
    const none = () => new QuantileSketch(sketchAccuracy)
    const each = buckets.map(
      ([time]) => this.#sketches.get(Math.floor(time / this.#sketchWidth)) ?? none(),
    )
    const all = none()
    for (const one of each) all.merge(one)
    return { sketch: encodeSketches([all]), sketches: encodeSketches(each) }
  }
}

type Buckets = readonly (readonly [time: Micros, summary: Summary])[]

function chunksOf(tier: Tier, summaries: Buckets): [start: Micros, Buckets][] {
  const size = chunkMicros(tier)
  const chunks = new Map<Micros, [Micros, Summary][]>()
  for (const [time, summary] of summaries) {
    const start = Math.floor(time / size) * size
    const known = chunks.get(start)
    if (known) known.push([time, summary])
    else chunks.set(start, [[time, summary]])
  }
  return [...chunks]
}
