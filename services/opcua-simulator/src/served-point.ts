import type { Point } from '@mla/cdb'
import { type Micros, status, type Value } from '@mla/model'
import { applyFault, type Faults, type Made } from './faults.ts'
import { draw, type Seed, seedOf, uniform } from './hash.ts'
import { tickAt } from './sampler.ts'
import { signalCurve } from './signals.ts'

/** A point as the server sees it: a node with a value at any time. */
export interface ServedPoint {
  readonly index: number
  readonly point: Point
  /** Where in its sampling interval it is sampled, of [0, 1); the points of one folder together. */
  readonly phase: number
  /** The value at a tick; null while a fault keeps it silent. */
  at(tickMs: number): Made | null
  /** What a plain Read answers: the value of the latest tick. It disturbs nothing. */
  now(nowMs: number): Made & { readonly serverMs: number }
}

/** Told by the server of what it owes to its clients; times in microseconds. */
export interface Deliveries {
  queued(index: number, sourceTime: Micros, value: Value, status: number): void
  discarded(index: number, sourceTime: Micros, value: Value): void
  published(index: number): void
  /** So many were still waiting when their monitored item, subscription or session ended. */
  ended(index: number, waiting: number): void
}

export function createServedPoint(
  index: number,
  point: Point,
  seed: Seed,
  faults: Pick<Faults, 'of'>,
): ServedPoint {
  const curve = signalCurve(point, seed)
  const folder = point.id.slice(0, point.id.lastIndexOf('/'))
  const phase = uniform(seedOf(seed, folder), 0)
  // The device measures a few milliseconds before the server looks.
  const delayMs = 1 + (draw(seedOf(seed, point.id), 0) % 8)

  const at = (tickMs: number): Made | null => {
    const sourceMs = tickMs - delayMs
    const made = { type: point.type, value: curve(sourceMs), status: status.good, sourceMs }
    const active = faults.of(index)
    return active ? applyFault(active.fault, active.sinceMs, made, curve) : made
  }

  return {
    index,
    point,
    phase,
    at,
    now(nowMs) {
      const serverMs = tickAt(nowMs, point.intervalMs, phase)
      const made = at(serverMs)
      if (made) return { ...made, serverMs }
      const none = { type: point.type, value: null, status: status.badNoCommunication }
      return { ...none, sourceMs: serverMs - delayMs, serverMs }
    },
  }
}
