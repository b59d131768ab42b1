import { setTimeout as delay } from 'node:timers/promises'
import { type Micros, MlaError, microsPerSecond, type PointId } from '@mla/model'
import { mapAtOnce } from './at-once.ts'
import type { Catalogue } from './catalogue.ts'
import { type ClientQueue, createClientQueue } from './client-queue.ts'
import { createDelivery, type Deliveries, type DeliveryRules } from './delivery.ts'
import type { FanOut } from './fan-out.ts'
import type { RunningSubscription, SubscriptionSelection } from './graphql/area.ts'
import type { RequestContext } from './graphql/context.ts'
import { shownError, unknownPoints } from './graphql/errors.ts'
import { type Latest, latestOrWarn } from './latest.ts'
import { type ReplayParts, replay } from './replay.ts'
import type { Report } from './report.ts'

export interface SubscriptionRules extends DeliveryRules {
  /** Samples that wait for a client beside two for each of its points. */
  readonly maxQueue: number
  readonly maxReplayMicros: Micros
  readonly tickMs: number
}

export interface SubscriptionParts extends ReplayParts {
  readonly latest: Latest
  readonly fanOut: FanOut
  readonly deliveries: Deliveries
  readonly catalogue: () => Catalogue
  readonly now: () => Micros
  readonly rules: SubscriptionRules
  readonly report: Report
}

export interface SamplesSubscriptions {
  /** Throws QUERY_TOO_LARGE for a `since` too long ago. */
  begin(
    wanted: { readonly ids: readonly PointId[]; readonly since: Micros | null },
    context: RequestContext,
    selection: SubscriptionSelection,
  ): Promise<RunningSubscription>
}

const endless = new Promise<void>(() => {})
/** Points that are replayed at the same time. */
const replaysAtOnce = 8

export const createSamplesSubscriptions = (parts: SubscriptionParts): SamplesSubscriptions => ({
  async begin({ ids, since }, context, { responseKey, project }) {
    const { fanOut, deliveries, rules, report } = parts
    if (!context.live) throw new MlaError('QUERY_INVALID', 'a subscription needs a WebSocket')
    checkSince(parts, since)
    await latestOrWarn(parts.latest, ids, context)

    const queue = createClientQueue(rules.maxQueue + 2 * ids.length)
    const to = { ...context.live, responseKey }
    const delivery = createDelivery(to, project, queue, rules, report)
    const stopped = new AbortController()
    const snapshot = parts.latest.inMemory(ids)
    const { points } = parts.catalogue()
    const unknown = ids.filter((id) => !points.has(id) && !snapshot.has(id))
    if (unknown.length > 0) context.warnings.push(unknownPoints(unknown))
    const errors = context.warnings.map(shownError)
    report.subscriptions(1)

    let ended = endless
    if (since === null) {
      delivery.sendNow([...snapshot.values()], errors)
      for (const id of ids) fanOut.attach(id, queue)
    } else {
      if (errors.length > 0) delivery.sendNow([], errors)
      ended = replayAll(parts, ids, since, queue, stopped.signal).then(() => {
        // The first message tells a client that all is well, also where there was nothing to tell.
        if (queue.size === 0 && !delivery.started) delivery.sendNow([])
        return endless
      })
      // Its failure is told to the client by whoever awaits it; a client that left awaits nothing.
      ended.catch(() => {})
    }
    deliveries.add(delivery)
    return {
      ended,
      stop() {
        if (stopped.signal.aborted) return
        stopped.abort()
        deliveries.remove(delivery)
        for (const id of ids) fanOut.detach(id, queue)
        report.subscriptions(-1)
      },
    }
  },
})

async function replayAll(
  parts: SubscriptionParts,
  ids: readonly PointId[],
  since: Micros,
  queue: ClientQueue,
  signal: AbortSignal,
): Promise<void> {
  const { fanOut, rules } = parts
  await mapAtOnce(ids, replaysAtOnce, async (id) => {
    if (signal.aborted) return
    await replay(parts, id, since, {
      push: (sample) => queue.push(sample),
      async room() {
        while (queue.size > rules.maxQueue / 2) await delay(rules.tickMs, undefined, { signal })
        signal.throwIfAborted()
      },
      caughtUp() {
        if (!signal.aborted) fanOut.attach(id, queue)
      },
    })
  })
}

function checkSince({ rules, now }: SubscriptionParts, since: Micros | null): void {
  if (since === null || since >= now() - rules.maxReplayMicros) return
  const hours = rules.maxReplayMicros / (3600 * microsPerSecond)
  throw new MlaError(
    'QUERY_TOO_LARGE',
    `since: is more than ${hours} h ago; take history for what is older`,
  )
}
