import type { Point } from '@mla/cdb'
import { MlaError } from '@mla/model'
import { type Catalogue, cursorOf, pageOf } from '../catalogue.ts'
import type { Area } from './area.ts'
import type { RequestContext } from './context.ts'
import { pointsSdl } from './schema.graphql.ts'

/** A page may be the whole tree of a large array. */
const maxPage = 25_000

interface PointsArgs {
  readonly match?: string | null
  readonly ids?: readonly string[] | null
  readonly first?: number | null
  readonly after?: string | null
}

export const pointsArea = (catalogue: () => Catalogue): Area => ({
  sdl: pointsSdl,
  fields: {
    Point: {
      enumeration: ({ enumeration }: Point) =>
        enumeration && [...enumeration].map(([code, name]) => ({ code, name })),
    },
  },
  queries: {
    points({ match, ids, first, after }: PointsArgs, context: RequestContext) {
      const size = first ?? 100
      if (size < 0) throw new MlaError('QUERY_INVALID', `first: ${size} is less than 0`)
      if (size > maxPage) {
        throw new MlaError('QUERY_TOO_LARGE', `first: ${size} is more than ${maxPage}`)
      }
      context.spend(size)
      return connectionOf(
        pageOf(chosenOf(catalogue(), ids ?? null), match ?? null, size, after ?? null),
      )
    },
  },
})

/** Of the points with these ids only; those that are not configured are left out. */
function chosenOf(catalogue: Catalogue, ids: readonly string[] | null): Catalogue {
  if (ids === null) return catalogue
  if (ids.length > maxPage) {
    throw new MlaError('QUERY_TOO_LARGE', `ids: ${ids.length} are more than ${maxPage}`)
  }
  const wanted = [...new Set(ids)].sort()
  return { ...catalogue, sorted: wanted.flatMap((id) => catalogue.points.get(id) ?? []) }
}

function connectionOf({ points, total, hasNext, hasPrevious }: ReturnType<typeof pageOf>) {
  const edges = points.map((node) => ({ node, cursor: cursorOf(node.id) }))
  return {
    edges,
    pageInfo: {
      hasNextPage: hasNext,
      hasPreviousPage: hasPrevious,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: total,
  }
}
