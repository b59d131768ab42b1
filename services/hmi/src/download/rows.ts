import { type Archive, mergeSamples } from '@mla/archive'
import { type Micros, type PointId, type Sample, timeOf } from '@mla/model'
import type { HotStore } from '../hot-store.ts'

export interface RowsParts {
  readonly archive: Pick<Archive, 'samples' | 'samplesOfMany'>
  readonly hot: Pick<HotStore, 'samples'>
}

/**
 * All samples of [from, to) of one point after the other, in order of time, archive and memory
 * joined, each once. Holds a page of the archive and the point's minutes in memory.
 * Throws ARCHIVE_UNAVAILABLE.
 */
export async function* samplesOf(
  { archive, hot }: RowsParts,
  points: readonly PointId[],
  range: { readonly from: Micros; readonly to: Micros },
): AsyncIterable<readonly Sample[]> {
  const { from, to } = range
  for (const point of points) {
    const recent = hot.samples(point, from, to)
    const boundary = recent.reduce((first, sample) => Math.min(first, timeOf(sample)), to)
    const both: Sample[] = []
    for await (const page of archive.samples(point, from, to)) {
      const old = page.filter((sample) => timeOf(sample) < boundary)
      if (old.length > 0) yield old
      for (const sample of page) if (timeOf(sample) >= boundary) both.push(sample)
    }
    const rest = mergeSamples([both, recent])
    if (rest.length > 0) yield rest
  }
}

/**
 * The same of many points at once, as fast as the archive gives them: those of a point in order of
 * time, the points as they come. Holds what memory has of them.
 */
export async function* samplesOfMany(
  { archive, hot }: RowsParts,
  points: readonly PointId[],
  { from, to }: { readonly from: Micros; readonly to: Micros },
): AsyncIterable<readonly Sample[]> {
  const recent = new Map(points.map((point) => [point, hot.samples(point, from, to)]))
  const boundaries = new Map(
    [...recent].map(([point, samples]) => [
      point,
      samples.reduce((first, sample) => Math.min(first, timeOf(sample)), to),
    ]),
  )
  const isOld = (sample: Sample): boolean => timeOf(sample) < (boundaries.get(sample.point) ?? to)
  const both = new Map<PointId, Sample[]>()
  for await (const page of archive.samplesOfMany(points, from, to)) {
    const old = page.filter(isOld)
    if (old.length > 0) yield old
    if (old.length === page.length) continue
    for (const sample of page) {
      if (isOld(sample)) continue
      const known = both.get(sample.point)
      if (known) known.push(sample)
      else both.set(sample.point, [sample])
    }
  }
  for (const [point, samples] of recent) {
    const rest = mergeSamples([both.get(point) ?? [], samples])
    if (rest.length > 0) yield rest
  }
}
