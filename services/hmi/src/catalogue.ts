import type { Cdb, LogSource, Point } from '@mla/cdb'
import { MlaError, matcherOf, type PointId } from '@mla/model'

/** The points of the configuration in force, in the order of their ids, and its sources of logs. */
export interface Catalogue {
  readonly version: string
  readonly points: ReadonlyMap<PointId, Point>
  readonly sorted: readonly Point[]
  readonly logSources: ReadonlyMap<string, LogSource>
}

export const emptyCatalogue: Catalogue = {
  ...{ version: '', points: new Map(), sorted: [], logSources: new Map() },
}

export const catalogueOf = (cdb: Cdb): Catalogue => ({
  version: cdb.version,
  points: cdb.points,
  logSources: cdb.logs.sources,
  sorted: [...cdb.points.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)),
})

export interface PointPage {
  readonly points: readonly Point[]
  readonly total: number
  readonly hasNext: boolean
  readonly hasPrevious: boolean
}

/** A page of the points that match. Throws QUERY_INVALID for a cursor that is none. */
export function pageOf(
  { sorted }: Catalogue,
  match: string | null,
  first: number,
  after: string | null,
): PointPage {
  const matches = match === null || match === '' ? () => true : matcherOf(match)
  const found = sorted.filter((point) => matches(point.id, point.description))
  const start = after === null ? 0 : firstAfter(found, idOfCursor(after))
  const points = found.slice(start, start + first)
  return {
    points,
    total: found.length,
    hasNext: start + points.length < found.length,
    hasPrevious: start > 0,
  }
}

function firstAfter(sorted: readonly Point[], id: PointId): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle]?.id ?? '') <= id) low = middle + 1
    else high = middle
  }
  return low
}

const cursorMark = 'point:'

/** Holds the id, so that it stays good when points come and go, and across restarts. */
export const cursorOf = (id: PointId): string => Buffer.from(cursorMark + id).toString('base64url')

function idOfCursor(cursor: string): PointId {
  const text = Buffer.from(cursor, 'base64url').toString()
  if (text.startsWith(cursorMark)) return text.slice(cursorMark.length)
  throw new MlaError(
    'QUERY_INVALID',
    `after: "${cursor.slice(0, 60)}" is not a cursor of points; take pageInfo.endCursor`,
  )
}
