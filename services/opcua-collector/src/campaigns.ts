import { setTimeout as delay } from 'node:timers/promises'
import type { Bus } from '@mla/bus'
import type { Cdb, LoadResult, Point } from '@mla/cdb'
import { type Campaign, followCampaigns, isActive } from '@mla/control'
import { type Log, retry } from '@mla/kit'
import type { Micros, PointId } from '@mla/model'

/** The longest that a server keeps values before it sends them: see @mla/opcua, publishingIntervalOf. */
const longestPublishingMs = 5_000
/** Timers of Node end at 2^31 ms; it looks again by then. */
const longestWaitMs = 3_600_000

/**
 * The configuration with the points of campaigns sampled faster: every value goes on, no dead band and
 * no filter holds it back, and the server's queue has room for twice what comes between two
 * publishes. A queue stays as large as it once was, so that what is in it at the end is not thrown
 * away; `queues` remembers.
 */
export function withFasterPoints(
  cdb: Cdb,
  campaigns: readonly Campaign[],
  queues: Map<PointId, number>,
): Cdb {
  const intervals = new Map<PointId, number>()
  for (const { points, intervalMs } of campaigns) {
    for (const id of points)
      intervals.set(id, Math.min(intervals.get(id) ?? intervalMs, intervalMs))
  }
  if (intervals.size === 0 && queues.size === 0) return cdb
  const changed = new Map(cdb.points)
  for (const [id, intervalMs] of intervals) {
    const point = cdb.points.get(id)
    if (!point || point.derived || intervalMs >= point.intervalMs) continue
    const faster: Point = { ...point, intervalMs, deadband: null, filter: null }
    const { publishingIntervalMs = 0 } = cdb.sources.get(point.source) ?? {}
    const publishing = Math.max(
      publishingIntervalMs,
      Math.min(point.intervalMs / 4, longestPublishingMs),
    )
    queues.set(id, Math.max(queues.get(id) ?? 0, Math.ceil((2 * publishing) / intervalMs) + 10))
    changed.set(id, faster)
  }
  for (const [id, queueSize] of queues) {
    const point = changed.get(id)
    if (point) changed.set(id, { ...point, queueSize: Math.max(point.queueSize, queueSize) })
  }
  return { ...cdb, points: changed }
}

export interface CampaignParts {
  readonly cdb: AsyncIterable<LoadResult>
  readonly bus: Pick<Bus, 'follow'>
  readonly log: Log
  readonly signal: AbortSignal
  readonly now?: () => Micros
}

/**
 * The configurations as they come, and each again when a campaign begins, changes or ends. A campaign
 * ends by the clock of this host, also while the bus is away.
 */
export async function* withCampaigns(parts: CampaignParts): AsyncGenerator<LoadResult> {
  const { cdb, bus, log, signal, now = () => Date.now() * 1000 } = parts
  const campaigns = new Map<string, Campaign>()
  const queues = new Map<PointId, number>()
  let changed = Promise.withResolvers<void>()
  const follow = () =>
    followCampaigns(bus, signal, (campaign) => {
      campaigns.set(campaign.id, campaign)
      changed.resolve()
    })
  retry(follow, signal, (error) =>
    log.warn({ error }, 'campaigns are not known: the bus is away'),
  ).catch((error: unknown) => {
    if (!signal.aborted) log.error({ error }, 'campaigns are not known')
  })
  const versions = cdb[Symbol.asyncIterator]()
  let next = versions.next()
  let inForce: Extract<LoadResult, { ok: true }> | null = null
  /** The campaigns that were active when it was last said. */
  let said = ''
  const aborted = new Promise<'aborted'>((resolve) => {
    if (signal.aborted) resolve('aborted')
    signal.addEventListener('abort', () => resolve('aborted'), { once: true })
  })
  const say = (): LoadResult | null => {
    const active = [...campaigns.values()].filter((one) => isActive(one, now()))
    const mark = active.map(({ id, until }) => `${id} ${until}`).join()
    if (inForce === null || (mark === said && inForce.cdb === lastSaid)) return null
    if (mark !== said) log.info({ campaigns: active.map(({ id }) => id) }, 'campaigns in force')
    said = mark
    lastSaid = inForce.cdb
    return { ...inForce, cdb: withFasterPoints(inForce.cdb, active, queues) }
  }
  let lastSaid: Cdb | null = null
  try {
    for (;;) {
      const result = say()
      if (result) {
        yield result
        continue
      }
      const over = new AbortController()
      const waitMs = Math.max(
        1,
        Math.min(longestWaitMs, (nextChange(campaigns, now()) - now()) / 1000),
      )
      const event = await Promise.race([
        aborted,
        next,
        changed.promise,
        delay(waitMs, undefined, { signal: over.signal }).catch(() => undefined),
      ])
      over.abort()
      if (event === 'aborted') return
      changed = Promise.withResolvers()
      if (typeof event === 'object') {
        if (event.done) return
        next = versions.next()
        if (event.value.ok) inForce = event.value
        else yield event.value
      }
    }
  } finally {
    versions.return?.().catch(() => undefined)
  }
}

/** When a campaign begins or ends next; infinite where none does. */
function nextChange(campaigns: ReadonlyMap<string, Campaign>, now: Micros): Micros {
  let next = Number.POSITIVE_INFINITY
  for (const { since, until } of campaigns.values()) {
    for (const time of [since, until]) if (time > now && time < next) next = time
  }
  return next
}
