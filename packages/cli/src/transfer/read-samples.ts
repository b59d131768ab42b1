import { formatTime, type Micros, type PointId, readSampleStream, type Sample } from '@mla/model'
import type { Cli } from '../cli.ts'
import { Failure } from '../failure.ts'
import { ask, hmiUrl } from '../graphql.ts'

export interface TimeRange {
  readonly from: Micros
  readonly to: Micros
}

/** What fits into an address that every server takes. */
const longestList = 6_000
/** Samples that one request is expected to bring, at most. */
const mostExpected = 2_000_000

/** Points, in order, whose ids fit into one request, and whose samples of so many microseconds into a file. */
export function* requestsOf<T extends { readonly id: PointId; readonly intervalMs: number }>(
  points: readonly T[],
  micros: Micros,
): Iterable<readonly T[]> {
  let some: T[] = []
  let length = 0
  let expected = 0
  for (const point of points) {
    const more = encodeURIComponent(point.id).length + 3
    const samples = micros / 1000 / Math.max(1, point.intervalMs || 1000)
    const isFull = length + more > longestList || expected + samples > mostExpected
    if (some.length > 0 && isFull) {
      yield some
      some = []
      length = 0
      expected = 0
    }
    some.push(point)
    length += more
    expected += samples
  }
  if (some.length > 0) yield some
}

/**
 * All samples of points in [from, to), exactly, as the HMI joins them of archive and memory, in one
 * request: those of a point in order of time. Throws a Failure where the HMI does not answer to the end.
 */
export async function* readSamples(
  cli: Cli,
  points: readonly PointId[],
  { from, to }: TimeRange,
): AsyncIterable<readonly Sample[]> {
  const token = cli.env['MLA_TOKEN']
  const asked = new URLSearchParams({
    ...{ points: points.join(','), from: formatTime(from), to: formatTime(to), format: 'stream' },
  })
  const failed = (error: unknown): Failure => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const reason = cause instanceof Error ? cause.message : String(cause)
    return new Failure(3, `${hmiUrl(cli)} does not answer to the end: ${reason}`, goOn)
  }
  const response = await fetch(`${hmiUrl(cli)}/download?${asked}`, {
    headers: token ? { authorization: `Bearer ${token}` } : {},
    signal: cli.signal,
  }).catch((error: unknown) => {
    throw failed(error)
  })
  if (!response.ok || response.body === null) {
    const text = await response.text().catch(() => '')
    const message = /"message":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? `status ${response.status}`
    throw new Failure(response.status >= 500 ? 3 : 1, `${hmiUrl(cli)}: ${message}`, goOn)
  }
  try {
    yield* readSampleStream(response.body)
  } catch (error) {
    throw failed(error)
  }
}

const goOn = 'give the same command again: it goes on where this one ended'

const mostCounted = 200
const countQuery = /* GraphQL */ `
  query ($points: [ID!]!, $from: DateTime!, $to: DateTime!) {
    history(points: $points, from: $from, to: $to, maxPoints: 1) {
      point tier
      samples { time }
      buckets { count }
    }
  }
`

interface Counted {
  readonly history: readonly {
    readonly point: PointId
    readonly tier: string
    readonly samples: readonly unknown[] | null
    readonly buckets: readonly { readonly count: number }[] | null
  }[]
}

/** How many samples each point has, or had, by the summaries of blocks and by rollups. */
export async function countSamples(
  cli: Cli,
  points: readonly PointId[],
  { from, to }: TimeRange,
): Promise<ReadonlyMap<PointId, number>> {
  const counts = new Map<PointId, number>()
  for (let i = 0; i < points.length; i += mostCounted) {
    const some = points.slice(i, i + mostCounted)
    cli.signal.throwIfAborted()
    const variables = { points: some, from: formatTime(from), to: formatTime(to) }
    const { data, complete } = await ask<Counted>(cli, countQuery, variables)
    if (!complete) throw new Failure(1, 'not all points could be counted', goOn)
    for (const { point, samples, buckets } of data.history) {
      const counted = (buckets ?? []).reduce((sum, { count }) => sum + count, 0)
      counts.set(point, samples?.length ?? counted)
    }
  }
  return counts
}
