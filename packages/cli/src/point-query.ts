import type { Cli } from './cli.ts'
import { Failure } from './failure.ts'
import { ask } from './graphql.ts'

export interface FoundPoint {
  readonly id: string
  readonly description: string | null
  readonly unit: string | null
  readonly type: string
  readonly source: string
  readonly intervalMs: number
  readonly archiveClass: string
}

interface Answer {
  readonly points: {
    readonly edges: readonly { readonly node: FoundPoint }[]
    readonly totalCount: number
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

const query = /* GraphQL */ `
  query ($match: String, $first: Int, $after: String) {
    points(match: $match, first: $first, after: $after) {
      edges { node { id description unit type source intervalMs archiveClass } }
      totalCount
      pageInfo { hasNextPage endCursor }
    }
  }
`
const pageSize = 5_000

/** The first points that match, a page at a time, and how many there are. */
export async function findPoints(
  cli: Cli,
  match: string | null,
  first: number,
): Promise<{ readonly found: readonly FoundPoint[]; readonly total: number }> {
  const found: FoundPoint[] = []
  let page: Answer['points'] | null = null
  while (page === null || (page.pageInfo.hasNextPage && found.length < first)) {
    page = await pageBehind(cli, match, Math.min(pageSize, first - found.length), page)
    if (page.edges.length === 0) break
    found.push(...page.edges.map(({ node }) => node))
  }
  return { found, total: page.totalCount }
}

const mostMeant = 1_000_000

/** The points that ids and patterns with * or ? name, in order of their ids. A Failure where one names none. */
export async function pointsMeant(
  cli: Cli,
  words: readonly string[],
): Promise<readonly FoundPoint[]> {
  const points = new Map<string, FoundPoint>()
  for (const word of words) {
    const { found } = await findPoints(cli, word, mostMeant)
    const isPattern = /[*?]/.test(word)
    const meant = found.filter(({ id }) => isPattern || id === word)
    if (meant.length === 0) throw new Failure(1, `no point is ${word}`, 'find it with: mla points')
    for (const point of meant) points.set(point.id, point)
  }
  return [...points.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

async function pageBehind(
  cli: Cli,
  match: string | null,
  first: number,
  before: Answer['points'] | null,
): Promise<Answer['points']> {
  const after = before?.pageInfo.endCursor ?? null
  return (await ask<Answer>(cli, query, { match, first, after })).data.points
}
