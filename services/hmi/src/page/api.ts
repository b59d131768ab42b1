import { sessionHeaders, toLogin } from './session.ts'
import { onMoved, shownMoment } from './time-cursor.ts'

/** A monitoring point as the API describes it. */
export interface Point {
  readonly id: string
  readonly description: string | null
  readonly unit: string | null
  readonly type: string
  readonly intervalMs: number
  /** The names of an enumeration's values; null for any other type. */
  readonly enumeration: readonly { readonly code: number; readonly name: string }[] | null
  /** Values outside of it are BAD; absent where it was not asked for. */
  readonly range?: { readonly low: number; readonly high: number } | null
}

export type Quality = 'GOOD' | 'UNCERTAIN' | 'BAD'
export type Scalar = number | string | boolean
export type Value = Scalar | readonly Scalar[] | null

export interface Sample {
  readonly point: string
  /** RFC 3339, UTC. */
  readonly time: string
  readonly value: Value
  readonly text: string | null
  readonly quality: Quality
  readonly status: number
}

export interface Bucket {
  readonly time: string
  readonly count: number
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  readonly last: Value
}

export interface Series {
  readonly point: string
  readonly tier: string
  readonly samples: readonly Sample[] | null
  readonly buckets: readonly Bucket[] | null
}

export const sampleFields = 'point time value text quality status'

/** Says in words what went wrong, for the operator; `isLink` when the server was not reached. */
export class ApiError extends Error {
  readonly isLink: boolean

  constructor(message: string, isLink: boolean) {
    super(message)
    this.isLink = isLink
  }
}

/** Milliseconds by which the server's clock is ahead of this computer's; within half a second. */
export const clock = { offsetMs: 0 }

/** Milliseconds since 1970 by the server's clock; on a page turned to the past, that moment. */
export const serverNow = (): number => shownMoment ?? Date.now() + clock.offsetMs

/** Milliseconds since 1970 of an RFC 3339 time, microseconds kept as a fraction. */
export function millisOf(time: string): number {
  const millis = Date.parse(time)
  const finer = /\.\d{3}(\d{1,3})Z$/.exec(time)?.[1]
  return finer ? millis + Number(finer.padEnd(3, '0')) / 1000 : millis
}

/** One GraphQL request over HTTP. Throws ApiError, and AbortError when `signal` was aborted. */
export async function request<T>(
  query: string,
  variables: Readonly<Record<string, unknown>>,
  signal: AbortSignal | null = null,
): Promise<T> {
  const begun = Date.now()
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...sessionHeaders() },
    body: JSON.stringify({ query, variables }),
    signal: withTimeout(signal),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error
    throw new ApiError('The server does not answer.', true)
  })
  noteClock(response.headers.get('date'), begun)
  if (response.status === 401) toLogin()
  const body = (await response.json().catch(() => null)) as {
    data?: T | null
    errors?: readonly { message: string }[]
  } | null
  const problem = body?.errors?.[0]?.message
  // Errors beside data are remarks, such as on a point that is no longer configured.
  if (body?.data) return body.data
  if (problem) throw new ApiError(problem, false)
  throw new ApiError(`The server answered ${response.status}.`, true)
}

const timeoutMs = 20_000

const withTimeout = (signal: AbortSignal | null): AbortSignal => {
  const timeout = AbortSignal.timeout(timeoutMs)
  return signal ? AbortSignal.any([signal, timeout]) : timeout
}

/** The HTTP date has whole seconds, so only an offset that an operator would notice is taken. */
function noteClock(date: string | null, begun: number): void {
  const server = Date.parse(date ?? '')
  if (Number.isNaN(server)) return
  const offset = server + 500 - (begun + Date.now()) / 2
  clock.offsetMs = Math.abs(offset) > 1500 ? Math.round(offset) : 0
}

interface Page {
  readonly points: {
    readonly edges: readonly { readonly node: Point }[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

const pageQuery = `query Points($match: String, $first: Int!, $after: String) {
  points(match: $match, first: $first, after: $after) {
    edges { node { id description unit type intervalMs enumeration { code name } } }
    pageInfo { hasNextPage endCursor }
  }
}`

/** All points that match, page by page; `progress` hears how many there are so far. */
export async function loadPoints(
  progress: (count: number) => void,
  match: string | null = null,
): Promise<readonly Point[]> {
  const points: Point[] = []
  for (let after: string | null = null; ; ) {
    const page: Page = await request<Page>(pageQuery, { match, first: pageSize, after })
    for (const { node } of page.points.edges) points.push(node)
    progress(points.length)
    const { hasNextPage, endCursor } = page.points.pageInfo
    if (!hasNextPage || endCursor === null || endCursor === after) return points
    after = endCursor
  }
}

const namedQuery = `query Named($ids: [ID!], $first: Int!) {
  points(ids: $ids, first: $first) {
    edges { node { id description unit type intervalMs enumeration { code name } range { low high } } }
  }
}`

/** The points with these ids, in their order; those that are not configured are left out. */
export async function loadNamed(ids: readonly string[]): Promise<readonly Point[]> {
  if (ids.length === 0) return []
  const wanted = { ids: [...new Set(ids)], first: ids.length }
  const { points } = await request<Pick<Page, 'points'>>(namedQuery, wanted)
  const byId = new Map(points.edges.map(({ node }) => [node.id, node]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** How many points the configuration in force has. */
export async function countPoints(): Promise<number> {
  const query = '{ points(first: 0) { totalCount } }'
  const { points } = await request<{ points: { totalCount: number } }>(query, {})
  return points.totalCount
}

/** Some pages, so that the growing number is seen on a slow line. */
const pageSize = 5000

const latestQuery = `query Latest($points: [ID!]!, $at: DateTime) {
  latest(points: $points, at: $at) { ${sampleFields} }
}`

const shownAt = (): string | null =>
  shownMoment === null ? null : new Date(shownMoment).toISOString()

/** The moment that the page shows, for the API; null for the present. */
export let at: string | null = shownAt()
onMoved(() => {
  at = shownAt()
})

/** The newest sample of each point that has one. */
export async function loadLatest(points: readonly string[]): Promise<readonly Sample[]> {
  return (await request<{ latest: readonly Sample[] }>(latestQuery, { points, at })).latest
}

const qualitiesQuery = `query Qualities($points: [ID!]!, $at: DateTime) {
  latest(points: $points, at: $at) { point time quality }
}`

/** As `loadLatest` without the values: half the size, for all points again and again. */
export async function loadQualities(
  points: readonly string[],
): Promise<readonly Pick<Sample, 'point' | 'time' | 'quality'>[]> {
  return (await request<{ latest: readonly Sample[] }>(qualitiesQuery, { points, at })).latest
}

const historyQuery = `query History($points: [ID!]!, $from: DateTime!, $to: DateTime!, $max: Int!, $before: Boolean!) {
  before: latest(points: $points, at: $from) @include(if: $before) { ${sampleFields} }
  history(points: $points, from: $from, to: $to, maxPoints: $max) {
    point tier
    samples { ${sampleFields} }
    buckets { time count min max mean last }
  }
}`

export interface History {
  readonly history: readonly Series[]
  /** The value in force where the range begins, of the points that have one. */
  readonly before?: readonly Sample[]
}

export interface HistoryRange {
  /** Milliseconds since 1970; `to` is not included. */
  readonly from: number
  readonly to: number
  /** Raw samples, or buckets when a point has more of them than this. */
  readonly max: number
  /** Whether the value in force where the range begins is wanted, too. */
  readonly before: boolean
}

export function loadHistory(
  points: readonly string[],
  { from, to, max, before }: HistoryRange,
  signal: AbortSignal,
): Promise<History> {
  const variables = { points, from: isoOf(from), to: isoOf(to), max, before }
  return request<History>(historyQuery, variables, signal)
}

const isoOf = (millis: number): string => new Date(millis).toISOString()
