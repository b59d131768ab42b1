import { isDeepStrictEqual } from 'node:util'
import type { Point } from '@mla/cdb'
import { gapMarker, latestOrder, type Micros, type PointId, type Sample, timeOf } from '@mla/model'
import { SampleFilter } from '@mla/processing'
import { markerTime } from './gap-markers.ts'
import { type PointRules, rulesOf } from './normalise.ts'

/** What the collector remembers of a point between two values. */
export interface TrackedPoint {
  readonly rules: PointRules
  readonly lane: number
  /** Which of its values are sent; null sends all. */
  readonly filter: SampleFilter | null
  /** What the filter was made of. */
  readonly filterRules: Point['filter']
  /** A value came, and no gap since. */
  isLive: boolean
  /** The time of its newest value; 0 where it had none. */
  lastTime: Micros
  /** The time of the marker of the gap it is in; null where it is in none. */
  gapSince: Micros | null
}

/** The points of a source in a new CDB version, with what is remembered of them. */
export function trackPoints(
  points: readonly Point[],
  before: ReadonlyMap<PointId, TrackedPoint>,
  gapSince: Micros | null,
): Map<PointId, TrackedPoint> {
  const tracked = new Map<PointId, TrackedPoint>()
  for (const point of points) {
    const known = before.get(point.id) ?? { ...fresh, gapSince }
    const filter = filterFor(point, known)
    const rules = { rules: rulesOf(point), lane: point.lane, filterRules: point.filter }
    tracked.set(point.id, { ...known, ...rules, filter })
  }
  return tracked
}

const fresh = { isLive: false, lastTime: 0, filter: null, filterRules: null } as const

/** A filter that stays the same remembers; with another, the next value is sent. */
const filterFor = (
  { filter: rules }: Point,
  known: Pick<TrackedPoint, 'filter' | 'filterRules'>,
): SampleFilter | null => {
  if (rules === null) return null
  const isSame = known.filter !== null && isDeepStrictEqual(known.filterRules, rules)
  return isSame ? known.filter : new SampleFilter(rules)
}

/** The marker of the gap that begins, once per gap: null where the point had no value since. */
export function beginGap(point: TrackedPoint, since: Micros): Sample | null {
  if (!point.isLive) return null
  point.isLive = false
  point.filter?.forget()
  point.gapSince = markerTime(since, point.lastTime)
  return gapMarker(point.rules.id, point.rules.type, point.gapSince)
}

/**
 * Takes note of a sample that came. A value that did not change through a gap comes with the stamp
 * it had before, as which the archive knows it: it would leave the point in its gap until it
 * changes. For it a second sample is returned, without the old stamps, at the time it was collected.
 */
export function noteSample(point: TrackedPoint, sample: Sample): Sample | null {
  const time = latestOrder(sample)
  if (time > point.lastTime) point.lastTime = time
  point.isLive = true
  const { gapSince } = point
  if (gapSince === null) return null
  point.gapSince = null
  return timeOf(sample) <= gapSince ? { ...sample, sourceTime: null, serverTime: null } : null
}
