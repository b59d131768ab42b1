import { setTimeout as delay } from 'node:timers/promises'
import { type Bell, createBell } from '../bell.ts'
import type { Assignment, Offer } from './assignment.ts'
import type { MakeClient } from './client.ts'
import { busFailure } from './failure.ts'
import type { Outage } from './outage.ts'
import { type Session, type SessionEvents, type SessionSettings, startSession } from './session.ts'

/** One session after the other, for ever: what a reading loop sees of Kafka. */
export interface Sessions extends AsyncDisposable {
  /** The assignment in force; null before the first, and from its end to the next. */
  readonly assignment: Assignment | null
  readonly session: Session | null
  /** The batch that waits to be taken. */
  take(): Offer | null
  /** Rings when any of these changed. */
  readonly bell: Bell
}

export interface SessionsParts {
  readonly makeClient: MakeClient
  readonly settings: SessionSettings
  readonly outage: Outage
  readonly assigned: SessionEvents['assigned']
  readonly lost: SessionEvents['lost']
  /** Holds what is open, so that the bus can close it. */
  readonly open: Set<AsyncDisposable>
}

const firstDelayMs = 200
const maxDelayMs = 5_000

export function startSessions(parts: SessionsParts): Sessions {
  const { makeClient, settings, outage } = parts
  const part = `reading ${settings.topic} as ${settings.groupId}`
  const bell = createBell()
  const stopped = new AbortController()
  const ended = Promise.withResolvers<'ended'>()
  let assignment: Assignment | null = null
  let session: Session | null = null
  let offered: Offer | null = null
  let hasJoined = false

  const events: SessionEvents = {
    assigned(partitions, consumer) {
      assignment = parts.assigned(partitions, consumer)
      hasJoined = true
      outage.worked(part)
      bell.ring()
      return assignment
    },
    offered(offer) {
      offered = offer
      bell.ring()
    },
    withdrawn(offer) {
      if (offered === offer) offered = null
    },
    over(old) {
      if (assignment === old) assignment = null
      bell.ring()
    },
    lost: parts.lost,
  }

  const run = async (): Promise<void> => {
    for (let delayMs = firstDelayMs; !stopped.signal.aborted; ) {
      session = startSession(makeClient(), settings, events)
      const outcome = await Promise.race([session.failed, ended.promise])
      await session.end()
      session = null
      if (outcome === 'ended') return
      outage.failed(part, busFailure(part, outcome))
      if (hasJoined) delayMs = firstDelayMs
      hasJoined = false
      await delay(delayMs, undefined, { signal: stopped.signal }).catch(() => undefined)
      delayMs = Math.min(delayMs * 2, maxDelayMs)
    }
  }
  const running = run()

  const sessions: Sessions = {
    bell,
    get assignment() {
      return assignment
    },
    get session() {
      return session
    },
    take() {
      const taken = offered
      offered = null
      return taken
    },
    async [Symbol.asyncDispose]() {
      stopped.abort()
      ended.resolve('ended')
      await running
      parts.open.delete(sessions)
      outage.forget(part)
    },
  }
  parts.open.add(sessions)
  return sessions
}
