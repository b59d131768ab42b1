import type { Archive } from '@mla/archive'
import { latestOrder, type Micros, type PointId, type Sample } from '@mla/model'
import type { RequestContext } from './graphql/context.ts'
import { graphqlError } from './graphql/errors.ts'
import type { HotStore } from './hot-store.ts'

/** Points that the archive is asked for at a time. */
const portion = 1_000
/** Points remembered as asked for; ids that do not exist are among them. */
const maxAsked = 500_000

/** The newest sample of points, from memory where it is there, else from the archive. */
export interface Latest {
  /** A point that has none is left out. Throws ARCHIVE_UNAVAILABLE. */
  of(points: readonly PointId[]): Promise<ReadonlyMap<PointId, Sample>>
  /** What memory holds of them. */
  inMemory(points: readonly PointId[]): ReadonlyMap<PointId, Sample>
  /** As it was at that time. */
  at(points: readonly PointId[], at: Micros): Promise<ReadonlyMap<PointId, Sample>>
}

export function createLatest(parts: {
  readonly archive: Pick<Archive, 'latest'>
  readonly hot: HotStore
}): Latest {
  const { archive, hot } = parts
  /** Points that the archive was asked for: what came since is in the hot store. */
  const asked = new Set<PointId>()

  const fill = async (points: readonly PointId[]): Promise<void> => {
    for (let i = 0; i < points.length; i += portion) {
      const some = points.slice(i, i + portion)
      const found = await archive.latest(some)
      for (const sample of found.values()) hot.offer(sample)
      if (asked.size > maxAsked) asked.clear()
      for (const point of some) asked.add(point)
    }
  }

  const inMemory = (points: readonly PointId[]) =>
    new Map(pairs(points, (point) => hot.latest(point)))

  return {
    inMemory,
    async of(points) {
      const missing = points.filter((point) => hot.latest(point) === null && !asked.has(point))
      if (missing.length > 0) await fill(missing)
      return inMemory(points)
    },
    async at(points, at) {
      const archived = new Map<PointId, Sample>()
      for (let i = 0; i < points.length; i += portion) {
        const found = await archive.latest(points.slice(i, i + portion), at)
        for (const [point, sample] of found) archived.set(point, sample)
      }
      return new Map(
        pairs(points, (point) => newest(archived.get(point) ?? null, hotAt(hot, point, at))),
      )
    },
  }
}

function* pairs(
  points: readonly PointId[],
  sampleOf: (point: PointId) => Sample | null,
): Generator<[PointId, Sample]> {
  for (const point of points) {
    const sample = sampleOf(point)
    if (sample) yield [point, sample]
  }
}

/** The newest sample at or before `at` that memory holds. */
function hotAt(hot: HotStore, point: PointId, at: Micros): Sample | null {
  const latest = hot.latest(point)
  if (latest && latestOrder(latest) <= at) return latest
  let found: Sample | null = null
  for (const sample of hot.samples(point, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)) {
    if (latestOrder(sample) <= at) found = newest(found, sample)
  }
  return found
}

const newest = (a: Sample | null, b: Sample | null): Sample | null =>
  a && b ? (latestOrder(b) >= latestOrder(a) ? b : a) : (a ?? b)

/** What is in memory is answered while the archive is away, with its error beside it. */
export async function latestOrWarn(
  latest: Latest,
  points: readonly PointId[],
  context: RequestContext,
): Promise<ReadonlyMap<PointId, Sample>> {
  try {
    return await latest.of(points)
  } catch (error) {
    const known = latest.inMemory(points)
    if (known.size === 0) throw error
    context.warnings.push(graphqlError(error))
    return known
  }
}
