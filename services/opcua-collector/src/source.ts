import { setTimeout as delay } from 'node:timers/promises'
import type { Micros, PointId, Sample } from '@mla/model'
import type { HandedItem, Inheritance, LinkState, NodeOutcome } from '@mla/opcua'
import { repeatSilent } from './admit.ts'
import type { CollectedSource, EarlierLife, SourceParts } from './collected-source.ts'
import { type Connection, nothingToHandOver, openConnection } from './connection.ts'
import { takeIn } from './intake.ts'
import { createOffenders } from './offenders.ts'
import { connectionMark, nodesMark, nodesOf, type SourcePlan } from './plan.ts'
import type { GapReason } from './report.ts'
import { beginGap, type TrackedPoint, trackPoints } from './tracked-point.ts'

/** A server that does not answer must not hold up the end. */
const closeMs = 5000

export function createSource(
  first: SourcePlan,
  { endedAt, handOver }: EarlierLife,
  parts: SourceParts,
): CollectedSource {
  const { report, now } = parts
  const id = first.source.id
  let plan = first
  let points: ReadonlyMap<PointId, TrackedPoint> = trackPoints(
    first.points,
    new Map(),
    endedAt?.time ?? null,
  )
  let lastSent: Micros[] = []
  let isTried = false
  let gapSince = endedAt?.time ?? null
  let inheritance: Inheritance | null = handOver && {
    handOver,
    progress: endedAt?.progress ?? {},
    since: endedAt?.time ?? now(),
    isLost: endedAt?.isMarked ?? true,
    needsValue: (point) => (points.get(point)?.filter ?? null) !== null,
  }
  const began = now()
  let liveUntil = inheritance === null || inheritance.isLost ? null : inheritance.since
  const faulty = createOffenders()
  const refused = createOffenders()
  let marks = { connection: '', nodes: '' }
  let connection: Connection | null = null
  let closing: Promise<unknown> = Promise.resolve()

  function send(
    index: number,
    samples: readonly Sample[],
    collectedTime: Micros,
    safe?: () => void,
  ): void {
    const partition = plan.source.lanes[index]
    if (partition === undefined) {
      report.noLane(samples.length)
      safe?.()
      return
    }
    lastSent[index] = collectedTime
    parts.send({ source: id, index, partition }, samples, collectedTime, safe)
  }

  const events = {
    values(values: Parameters<typeof takeIn>[0], receivedTime: Micros, safe: () => void): void {
      if (liveUntil !== null && (values[0]?.serverTime ?? receivedTime) >= began) liveUntil = null
      const { lanes, counts } = takeIn(values, receivedTime, points, faulty)
      report.received(values.length, counts)
      lanes.forEach((samples, index) => {
        const isLast = index === lanes.length - 1
        if (samples !== undefined) send(index, samples, receivedTime, isLast ? safe : undefined)
      })
      // None of them travels on.
      if (lanes.length === 0) safe()
    },
    state(state: LinkState): void {
      isTried = true
      if (state.state === 'connected') report.connected(id)
      else if (state.state === 'connecting') report.connecting(id, state.reason)
      else {
        const { since, reason, keys } = state
        report.lost(id, since, reason, keys === 'all' ? keys : keys.length)
        if (keys === 'all') liveUntil = null
        const why = since <= began ? 'restart' : 'lost'
        markGap(keys === 'all' ? points.keys() : keys, since, why)
      }
    },
    nodes(outcomes: readonly NodeOutcome[]): void {
      for (const outcome of outcomes) {
        if (outcome.ok) refused.right(outcome.key)
        else refused.wrong(outcome.key, outcome.reason)
      }
    },
    revised: (what: string, asked: number, granted: number): void =>
      report.revised(id, what, asked, granted),
    handOverChanged: (): void => {
      if (parts.settings.handOverMs === 0) return
      parts.handOvers.changed(id, () => ({
        connection: marks.connection,
        handOver: connection?.handOver() ?? nothingToHandOver,
      }))
    },
  }

  /** Begins the gap of each point that has none yet; the markers go in the points' lanes. */
  function markGap(ids: Iterable<PointId>, since: Micros, reason: GapReason): void {
    const lanes: Sample[][] = []
    for (const point of ids) {
      const tracked = points.get(point)
      const marker = tracked ? beginGap(tracked, since) : null
      if (tracked === undefined || marker === null) continue
      lanes[tracked.lane] ??= []
      lanes[tracked.lane]?.push(marker)
    }
    // Where no marker is sent there is no gap that a value could end.
    if (lanes.length > 0 && reason !== 'removed') gapSince = since
    lanes.forEach((markers, index) => {
      report.gaps(reason, markers.length)
      send(index, markers, now())
    })
  }

  function connect(): void {
    const before = connection
    // One at a time at a server: the next opens when the one before is closed.
    connection = null
    closing = closing.then(() => before?.[Symbol.asyncDispose]())
    const inherited = inheritance
    inheritance = null
    connection = openConnection(plan.source, {
      openLink: parts.openLink,
      settings: parts.settings,
      log: parts.log,
      events,
      failed(error) {
        isTried = true
        report.sourceFailed(id, error)
      },
      after: closing,
      inheritance: inherited,
    })
  }

  function update(next: SourcePlan): void {
    const nodes = nodesOf(next.points, parts.settings.handOverMs)
    const wanted = { connection: connectionMark(next.source), nodes: nodesMark(nodes) }
    const stays = new Set(next.points.map((point) => point.id))
    const removed = [...points.keys()].filter((point) => !stays.has(point))
    markGap(removed, now(), 'removed')
    for (const point of removed) {
      faulty.right(point)
      refused.right(point)
    }
    points = trackPoints(next.points, points, null)
    plan = next
    lastSent.length = Math.min(lastSent.length, next.source.lanes.length)
    const isNewConnection = wanted.connection !== marks.connection
    if (isNewConnection) {
      if (connection !== null) markGap(points.keys(), now(), 'lost')
      connect()
    }
    if (isNewConnection || wanted.nodes !== marks.nodes) connection?.watch(nodes)
    marks = wanted
  }
  if (endedAt !== null && !endedAt.isMarked) {
    // The values that the earlier life lost end in a gap for all points: it knew which were live. Of
    // those that the server may still queue for us, the link will tell.
    const handed = new Set(handOver?.subscriptions.flatMap(({ items }) => items.map(keyOf)))
    for (const [point, tracked] of points) {
      tracked.isLive = true
      if (handed.has(point)) tracked.gapSince = null
    }
    markGap(
      points.keys().filter((point) => !handed.has(point)),
      endedAt.time,
      'restart',
    )
  }
  update(first)

  return {
    update,
    fillIdleLanes(time, idleMicros) {
      plan.source.lanes.forEach((_, index) => {
        lastSent[index] ??= time
        if (time - (lastSent[index] ?? time) >= idleMicros) send(index, [], time)
      })
    },
    repeatSilent(time) {
      repeatSilent(points.values(), time).forEach((samples, index) => {
        if (samples === undefined) return
        report.repeated(samples.length)
        send(index, samples, time)
      })
    },
    state: () => ({
      isTried,
      isLive: points.values().some((point) => point.isLive),
      ...{ liveUntil, gapSince, progress: connection?.progress() ?? {} },
    }),
    figures: () => ({
      id,
      link: connection?.figures() ?? null,
      faulty: faulty.list(),
      refused: refused.list(),
    }),
    standing: () => ({
      watched: connection?.figures()?.nodesWatched ?? 0,
      refused: refused.count,
      faulty: faulty.count,
    }),
    tellNews() {
      report.offenders(id, faulty.takeNews())
      report.nodesRefused(id, refused.takeNews())
    },
    async close(reason) {
      const isLeft = reason === 'handed over'
      await within(
        closeMs,
        closing.then(() => (isLeft ? connection?.leave() : connection?.[Symbol.asyncDispose]())),
      )
      events.handOverChanged()
      if (!isLeft) markGap(points.keys(), now(), reason)
      report.sourceClosed(id)
      lastSent = []
    },
  }
}

const keyOf = ({ node }: HandedItem): PointId => node.key

async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController()
  await Promise.race([
    work,
    delay(limitMs, undefined, { signal: over.signal }).catch(() => undefined),
  ])
  over.abort()
}
