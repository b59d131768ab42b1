import { type Cdb, derivedPointsOf, describePoint } from '@mla/cdb'
import { latestOrder, matchesGlob, microsPerSecond, type PointId, type Sample } from '@mla/model'
import { createProcessor, type DerivedPoint } from '@mla/processing'
import type { TimeRange } from './read-samples.ts'

/** What a replay works out, and of what. */
export interface ReplayPlan {
  /** Each behind those that it is made of; those that only others are made of are among them. */
  readonly points: readonly DerivedPoint[]
  /** Of which the samples are wanted. */
  readonly wanted: ReadonlySet<PointId>
  /** The points that are collected and not made. */
  readonly inputs: readonly PointId[]
}

/** What ids and patterns of derived points come to by a configuration. */
export function planReplay(cdb: Cdb, words: readonly string[]): ReplayPlan {
  const all = derivedPointsOf(cdb)
  const isMeant = (id: PointId) =>
    words.some((word) => (/[*?]/.test(word) ? matchesGlob(word, id) : word === id))
  const wanted = new Set(all.map(({ id }) => id).filter(isMeant))
  const needed = new Set(wanted)
  const inputs = new Set<PointId>()
  // From the last to the first: each is seen before those that it is made of.
  const points = all.toReversed().filter(({ id, rules }) => {
    if (!needed.has(id)) return false
    for (const input of rules.inputs) {
      if (cdb.points.get(input)?.derived) needed.add(input)
      else inputs.add(input)
    }
    return true
  })
  return { points: points.toReversed(), wanted, inputs: [...inputs].sort() }
}

/** As long as anything waits for a lane or a value that does not come. */
const patienceMicros = 300 * microsPerSecond
const batchSamples = 1_000

/**
 * What the rules make of samples in order of time, of which those stamped within the range are given.
 * Nothing is late: samples that were left out in their time, because they came too late, count.
 */
export async function* replay(
  { points, wanted }: ReplayPlan,
  cdb: Cdb,
  pages: AsyncIterable<readonly Sample[]>,
  { from, to }: TimeRange,
): AsyncIterable<readonly Sample[]> {
  const processor = createProcessor({ points, describe: (id) => describePoint(cdb, id) })
  let newest = Number.NEGATIVE_INFINITY
  const isWanted = (sample: Sample): boolean => {
    const time = latestOrder(sample)
    return wanted.has(sample.point) && time >= from && time < to
  }
  for await (const page of pages) {
    for (let start = 0; start < page.length; start += batchSamples) {
      const samples = page.slice(start, start + batchSamples)
      for (const { collectedTime } of samples) newest = Math.max(newest, collectedTime)
      const made = processor.take({ lane, samples }, newest).filter(isWanted)
      if (made.length > 0) yield made
    }
  }
  if (newest === Number.NEGATIVE_INFINITY) return
  // Time goes on without samples, so that what waits for others is said.
  const { allowance } = points.reduce((a, b) =>
    a.rules.allowance > b.rules.allowance ? a : b,
  ).rules
  const end = Math.max(to, newest) + allowance + patienceMicros
  const made = processor.take({ lane, samples: [] }, end).filter(isWanted)
  // Said of the moments that it is about, as if it had not taken so long.
  if (made.length > 0) yield made.map((one) => ({ ...one, collectedTime: newest }))
}

/** All in order, so one lane will do. */
const lane = 'replay'
