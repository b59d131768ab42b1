import type { Archive, Bucket } from '@mla/archive'
import { jsonOf, type Micros, MlaError, qualityOf, timeOf } from '@mla/model'
import type { ResampleMethod } from '@mla/processing'
import { mapAtOnce } from '../at-once.ts'
import type { Catalogue } from '../catalogue.ts'
import type { ShownSample } from '../client-queue.ts'
import { type HistoryAnswer, readHistory, readPercentiles, readRegular } from '../history.ts'
import type { HotStore } from '../hot-store.ts'
import { type Latest, latestOrWarn } from '../latest.ts'
import type { SamplesSubscriptions } from '../samples-subscription.ts'
import type { Area, SubscriptionSelection } from './area.ts'
import type { RequestContext } from './context.ts'
import { unknownPoints } from './errors.ts'
import { samplesSdl } from './schema.graphql.ts'

export interface SamplesParts {
  readonly archive: Archive
  readonly hot: HotStore
  readonly latest: Latest
  readonly catalogue: () => Catalogue
  readonly subscriptions: SamplesSubscriptions
}

interface LatestArgs {
  readonly points: readonly string[]
  readonly at?: Micros | null
}

interface HistoryArgs {
  readonly points: readonly string[]
  readonly from: Micros
  readonly to: Micros
  readonly maxPoints?: number | null
  readonly every?: Micros | null
  readonly method?: ResampleMethod | null
  readonly maxHold?: Micros | null
  readonly aligned?: boolean | null
}

interface PercentilesArgs {
  readonly points: readonly string[]
  readonly from: Micros
  readonly to: Micros
  readonly percents: readonly number[]
}

interface SubscribeArgs {
  readonly points: readonly string[]
  readonly since?: Micros | null
}

const maxPoints = 25_000
const maxHistoryPoints = 1_000
const maxSeries = 100_000
const maxPercents = 100
/** Points whose history is read at the same time. */
const readAtOnce = 8

export const samplesArea = (parts: SamplesParts): Area => ({
  sdl: samplesSdl,
  fields: {
    Sample: {
      time: timeOf,
      value: ({ type, value }: ShownSample) => jsonOf(type, value),
      quality: ({ status }: ShownSample) => qualityOf(status),
      missed: ({ missed }: ShownSample) => missed ?? 0,
    },
    Bucket: {
      first: ({ first }: Bucket) => jsonOf(first.type, first.value),
      last: ({ last }: Bucket) => jsonOf(last.type, last.value),
    },
  },
  queries: {
    async latest({ points, at }: LatestArgs, context: RequestContext) {
      const ids = distinct(points, maxPoints)
      context.spend(ids.length)
      const found =
        at == null ? await latestOrWarn(parts.latest, ids, context) : await parts.latest.at(ids, at)
      warnOfUnknown(context, parts.catalogue(), ids, (id) => found.has(id))
      return [...found.values()]
    },
    async percentiles({ points, from, to, percents }: PercentilesArgs, context: RequestContext) {
      const ids = distinct(points, maxHistoryPoints)
      if (from >= to) throw new MlaError('QUERY_INVALID', 'from must lie before to')
      if (percents.length === 0 || percents.some((one) => !(one >= 0 && one <= 100))) {
        throw new MlaError('QUERY_INVALID', 'percents must be from 0 to 100, at least one')
      }
      atMost('percents', percents.length, maxPercents)
      context.spend(ids.length * maxPercents)
      const read = (point: string) => readPercentiles(parts, point, { from, to }, percents)
      const answers = await mapAtOnce(ids, readAtOnce, read)
      const some = new Set(answers.filter(({ count }) => count > 0).map(({ point }) => point))
      warnOfUnknown(context, parts.catalogue(), ids, (id) => some.has(id))
      const { points: known } = parts.catalogue()
      return answers.filter(({ point }) => known.has(point) || some.has(point))
    },
    async history(args: HistoryArgs, context: RequestContext) {
      const ids = distinct(args.points, maxHistoryPoints)
      const read = readerOf(parts, args, context, ids.length)
      const answers = await mapAtOnce(ids, readAtOnce, read)
      const { points } = parts.catalogue()
      const some = new Set(answers.filter(holdsAny).map(({ point }) => point))
      warnOfUnknown(context, parts.catalogue(), ids, (id) => some.has(id))
      return answers.filter(({ point }) => points.has(point) || some.has(point))
    },
  },
  subscriptions: {
    async samples(
      { points, since }: SubscribeArgs,
      context: RequestContext,
      selection: SubscriptionSelection,
    ) {
      const ids = distinct(points, maxPoints)
      return parts.subscriptions.begin({ ids, since: since ?? null }, context, selection)
    },
  },
})

const holdsAny = ({ samples, buckets }: HistoryAnswer): boolean =>
  (samples?.some(({ value }) => value !== null) ?? false) || (buckets?.length ?? 0) > 0

function readerOf(
  parts: SamplesParts,
  { from, to, maxPoints, every, method, maxHold = null, aligned }: HistoryArgs,
  context: RequestContext,
  points: number,
): (point: string) => Promise<HistoryAnswer> {
  if (from >= to) throw new MlaError('QUERY_INVALID', 'from must lie before to')
  if ((every == null) !== (method == null)) {
    throw new MlaError('QUERY_INVALID', 'every and method go together: give both, or neither')
  }
  if (every == null && (maxHold !== null || aligned)) {
    throw new MlaError(
      'QUERY_INVALID',
      'maxHold and aligned are for a series: give every and method',
    )
  }
  if (every != null && method != null) {
    const steps = atMost('(to - from) / every', Math.ceil((to - from) / every), maxSeries)
    context.spend(points * steps)
    const range = aligned ? { from: Math.ceil(from / every) * every, to } : { from, to }
    return (point) => readRegular(parts, point, range, { every, method, maxHold })
  }
  const most = atMost('maxPoints', maxPoints ?? 1000, maxSeries)
  if (most < 1) throw new MlaError('QUERY_INVALID', 'maxPoints must be 1 or more')
  context.spend(points * most)
  return (point) => readHistory(parts, point, { from, to }, most)
}

function distinct(points: readonly string[], most: number): readonly string[] {
  const ids = [...new Set(points)]
  atMost('points', ids.length, most)
  return ids
}

function atMost(what: string, count: number, most: number): number {
  if (count <= most) return count
  throw new MlaError('QUERY_TOO_LARGE', `${what}: ${count} is more than the ${most} of one request`)
}

function warnOfUnknown(
  context: RequestContext,
  { points }: Catalogue,
  ids: readonly string[],
  isKnown: (id: string) => boolean,
): void {
  const unknown = ids.filter((id) => !points.has(id) && !isKnown(id))
  if (unknown.length > 0) context.warnings.push(unknownPoints(unknown))
}
