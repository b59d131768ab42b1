import { type LogFilter, type LogHistogram, parseLogPosition } from '@mla/archive'
import {
  type LogRecord,
  type LogValue,
  type Micros,
  MlaError,
  microsPerDay,
  microsPerSecond,
  priorities,
} from '@mla/model'
import type { LogPage, LogPages } from '../log-pages.ts'
import { type LogSubscriptionParts, subscribeToLogs } from '../log-subscription.ts'
import type { Area, SubscriptionSelection } from './area.ts'
import type { RequestContext } from './context.ts'
import { logsSdl } from './logs.graphql.ts'

const maxPage = 10_000
const maxContext = 1_000
const always = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER }

interface LogsArgs {
  readonly filter?: LogFilter | null
  readonly from?: Micros | null
  readonly to?: Micros | null
  readonly first?: number | null
  readonly after?: string | null
  readonly order?: 'NEWEST' | 'OLDEST' | null
}
interface HistogramArgs {
  readonly filter?: LogFilter | null
  readonly from: Micros
  readonly to: Micros
  readonly every?: Micros | null
}
interface ContextArgs {
  readonly id: string
  readonly filter?: LogFilter | null
  readonly before?: number | null
  readonly after?: number | null
}
interface TailArgs {
  readonly filter?: LogFilter | null
  readonly since?: Micros | null
}

export const logsArea = (pages: LogPages, subscriptions: LogSubscriptionParts): Area => ({
  sdl: logsSdl,
  fields: {
    LogRecord: {
      fields: fieldsOf,
      raw: rawOf,
      // An Int of GraphQL has 32 bits.
      line: ({ line }: LogRecord) => (line !== null && line < 2 ** 31 ? line : null),
    },
  },
  queries: {
    async logs({ filter, from, to, first, after, order }: LogsArgs, context: RequestContext) {
      const size = sizeOf('first', first ?? 100, maxPage)
      context.spend(size)
      const query = {
        filter: filter ?? {},
        ...{ from: from ?? always.from, to: to ?? always.to },
        order: order === 'OLDEST' ? ('oldest' as const) : ('newest' as const),
        after: after == null ? null : parseLogPosition(after),
      }
      return connectionOf(await pages.page(query, size), after != null)
    },
    async logHistogram({ filter, from, to, every }: HistogramArgs) {
      const width = every ?? widthOf(to - from)
      return (await pages.histogram({ from, to, filter: filter ?? {} }, width)).map(bucketOf)
    },
    async logContext({ id, filter, before, after }: ContextArgs, context: RequestContext) {
      const sizes = [
        sizeOf('before', before ?? 20, maxContext),
        sizeOf('after', after ?? 20, maxContext),
      ] as const
      context.spend(sizes[0] + sizes[1])
      return pages.context(id, filter ?? {}, ...sizes)
    },
  },
  subscriptions: {
    async logs(
      { filter, since }: TailArgs,
      context: RequestContext,
      selection: SubscriptionSelection,
    ) {
      const wanted = { filter: filter ?? {}, since: since ?? null }
      return subscribeToLogs(subscriptions, wanted, context, selection)
    },
  },
})

function sizeOf(name: string, size: number, most: number): number {
  if (size < 0) throw new MlaError('QUERY_INVALID', `${name}: ${size} is less than 0`)
  if (size > most) throw new MlaError('QUERY_TOO_LARGE', `${name}: ${size} is more than ${most}`)
  return size
}

function connectionOf({ records, hasNext }: LogPage, hasPrevious: boolean) {
  const edges = records.map((node) => ({ node, cursor: node.id }))
  return {
    edges,
    pageInfo: {
      hasNextPage: hasNext,
      hasPreviousPage: hasPrevious,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

function bucketOf({ time, counts }: LogHistogram) {
  return {
    time,
    count: counts.reduce((sum, count) => sum + count, 0),
    counts: counts.flatMap((count, rank) =>
      count > 0 ? [{ priority: priorities[rank], count }] : [],
    ),
  }
}

const widths = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 6 * 3600, 86_400].map(
  (seconds) => seconds * microsPerSecond,
)
/** The narrowest usual width that makes at most 150 buckets. */
const widthOf = (range: Micros): Micros =>
  widths.find((width) => range / width <= 150) ??
  Math.ceil(range / 150 / microsPerDay) * microsPerDay

export function fieldsOf({ fields }: LogRecord): Record<string, LogValue | LogValue[]> | null {
  if (fields.length === 0) return null
  const byName = Map.groupBy(fields, ({ name }) => name)
  return Object.fromEntries(
    [...byName].map(([name, all]) => {
      const values = all.map(({ value }) => value)
      return [name, values.length === 1 ? (values[0] ?? null) : values]
    }),
  )
}

export const rawOf = ({ raw }: LogRecord): string | null =>
  raw === null ? null : Buffer.from(raw).toString()
