import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '@mla/kit'
import type { Micros, PointId, Sample } from '@mla/model'
import type { LinkFigures, LinkState, NodeOutcome } from '@mla/opcua'
import { repeatSilent } from './admit.ts'
import type { SignOfLife } from './alive.ts'
import type { CollectorSettings } from './config.ts'
import { type Connection, type OpenLink, openConnection } from './connection.ts'
import type { Lane } from './entry.ts'
import { takeIn } from './intake.ts'
import { createOffenders, type Offender } from './offenders.ts'
import { connectionMark, nodesMark, nodesOf, type SourcePlan } from './plan.ts'
import type { GapReason, Report } from './report.ts'
import { beginGap, type TrackedPoint, trackPoints } from './tracked-point.ts'

export interface SourceParts {
  readonly openLink: OpenLink
  readonly settings: CollectorSettings
  readonly report: Report
  readonly log: Log
  /** Sends samples of one lane, in order. */
  send(lane: Lane, samples: readonly Sample[], collectedTime: Micros): void
  readonly now: () => Micros
}

export interface SourceFigures {
  readonly id: string
  /** Null while no link is open. */
  readonly link: LinkFigures | null
  /** Points whose last value was not what the CDB says. */
  readonly faulty: readonly Offender[]
  /** Points that the server refuses to watch. */
  readonly refused: readonly Offender[]
}

/** How many points are watched, refused by the server, and wrong at the moment. */
export interface SourceStanding {
  readonly watched: number
  readonly refused: number
  readonly faulty: number
}

/** A server that does not answer must not hold up the end. */
const closeMs = 5000

/** What a source is at the moment, for the signs of life and the health. */
export interface SourceState {
  /** A connection was made, or an attempt has failed. */
  readonly isTried: boolean
  /** Values came that no gap marker has ended. */
  readonly isLive: boolean
  /** When its last gap began; null where it had none. */
  readonly gapSince: Micros | null
}

/** One OPC-UA server: its connection, and what becomes of its values. */
export interface CollectedSource {
  /** Takes a new CDB version; what stays the same is not disturbed. */
  update(plan: SourcePlan): void
  /** Sends an empty batch in each lane that was silent for `idleMicros`. */
  fillIdleLanes(now: Micros, idleMicros: Micros): void
  /** Sends again what was silent for as long as it may be. */
  repeatSilent(now: Micros): void
  state(): SourceState
  figures(): SourceFigures
  standing(): SourceStanding
  /** Tells the points that went wrong since the last call. */
  tellNews(): void
  /** Closes the connection, then marks the end of the values. */
  close(reason: 'stop' | 'removed'): Promise<void>
}

/** `endedAt` is where the values of an earlier life of the collector ended; unmarked, it is marked. */
export function createSource(
  first: SourcePlan,
  endedAt: SignOfLife | null,
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
  const faulty = createOffenders()
  const refused = createOffenders()
  let marks = { connection: '', nodes: '' }
  let connection: Connection | null = null
  let closing: Promise<unknown> = Promise.resolve()

  function send(index: number, samples: readonly Sample[], collectedTime: Micros): void {
    const partition = plan.source.lanes[index]
    if (partition === undefined) {
      report.noLane(samples.length)
      return
    }
    lastSent[index] = collectedTime
    parts.send({ source: id, index, partition }, samples, collectedTime)
  }

  const events = {
    values(values: Parameters<typeof takeIn>[0], receivedTime: Micros): void {
      const { lanes, counts } = takeIn(values, receivedTime, points, faulty)
      report.received(values.length, counts)
      lanes.forEach((samples, index) => {
        if (samples !== undefined) send(index, samples, receivedTime)
      })
    },
    state(state: LinkState): void {
      isTried = true
      if (state.state === 'connected') report.connected(id)
      else if (state.state === 'connecting') report.connecting(id, state.reason)
      else {
        const { since, reason, keys } = state
        report.lost(id, since, reason, keys === 'all' ? keys : keys.length)
        markGap(keys === 'all' ? points.keys() : keys, since, 'lost')
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
    })
  }

  function update(next: SourcePlan): void {
    const nodes = nodesOf(next.points)
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
    // The values that the earlier life lost end in a gap for all points: it knew which were live.
    for (const point of points.values()) point.isLive = true
    markGap(points.keys(), endedAt.time, 'restart')
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
      gapSince,
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
      await within(
        closeMs,
        closing.then(() => connection?.[Symbol.asyncDispose]()),
      )
      markGap(points.keys(), now(), reason)
      report.sourceClosed(id)
      lastSent = []
    },
  }
}

async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController()
  await Promise.race([
    work,
    delay(limitMs, undefined, { signal: over.signal }).catch(() => undefined),
  ])
  over.abort()
}
