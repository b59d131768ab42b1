import { setTimeout as delay } from 'node:timers/promises'
import { MlaError } from '@mla/model'
import type { Poison } from '../dead-letter.ts'
import type { Consumer, Delivery, Position, Topic } from '../port.ts'
import type { Assignment } from './assignment.ts'
import { askCluster, type MakeClient } from './client.ts'
import { busFailure, protocolErrorOf, within } from './failure.ts'
import { decodeBatch, portionsOf } from './messages.ts'
import { type Sessions, type SessionsParts, startSessions } from './sessions.ts'

export interface ConsumerParts extends Omit<SessionsParts, 'assigned'> {
  /** Resolves when the poison is in the dead topic; tries until then, or throws when aborted. */
  readonly bury: (poison: Poison, signal: AbortSignal) => Promise<void>
}

/** Errors of a commit that say that the partitions are, or are about to be, somebody else's. */
const endings = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'FENCED_INSTANCE_ID',
])
const commitWithinMs = 15_000
const commitRetryMs = 300

/** A consumer of a group: it joins when the loop begins and leaves when it ends. */
export function consumeFrom<T>(
  topic: Topic<T>,
  parts: ConsumerParts,
  signal: AbortSignal,
): Consumer<T> {
  let sessions: Sessions | null = null
  let latest: Assignment | null = null
  let lag = 0

  const assigned = (partitions: readonly number[]): Assignment => {
    const found = readPositions(parts.makeClient, parts.settings, partitions)
    found.catch(() => undefined)
    const ends = new Map<number, number>()
    const assignment: Assignment = {
      number: (latest?.number ?? 0) + 1,
      partitions,
      positions: found.then((known) => {
        for (const { partition, end } of known) ends.set(partition, end)
        return new Map(known.map(({ partition, offset }) => [partition, offset]))
      }),
      ends,
      askedAgain: new Set(),
      isOver: false,
    }
    assignment.positions.then(
      (positions) => {
        if (latest === assignment) lag = lagOf(positions, ends)
      },
      () => undefined,
    )
    latest = assignment
    return assignment
  }

  async function* deliveries(): AsyncGenerator<Delivery<T>, void> {
    if (signal.aborted) return
    await using opened = startSessions({ ...parts, assigned })
    sessions = opened
    const ring = () => opened.bell.ring()
    signal.addEventListener('abort', ring, { once: true })
    try {
      let told = 0
      while (!signal.aborted) {
        const { assignment } = opened
        if (assignment && assignment.number !== told) {
          told = assignment.number
          yield { kind: 'assigned', assignment: told, partitions: assignment.partitions }
          continue
        }
        const offer = opened.take()
        if (!offer) {
          await opened.bell.heard()
          continue
        }
        const { partition } = offer
        for (const portion of portionsOf(offer)) {
          const bury = (poison: Poison) => parts.bury(poison, signal)
          const messages = await decodeBatch(topic, partition, portion.messages, bury)
          if (messages === null) return
          const positions = await offer.assignment.positions
          lag = lagOf(new Map(positions).set(partition, portion.next), offer.assignment.ends)
          if (offer.assignment.isOver) break
          const next = { partition, offset: portion.next }
          yield { kind: 'batch', assignment: told, partition, messages, next }
        }
        offer.finish()
      }
    } finally {
      signal.removeEventListener('abort', ring)
      sessions = null
      lag = 0
    }
  }

  const commit = async (positions: readonly Position[], number: number): Promise<boolean> => {
    const what = `committing ${parts.settings.groupId}`
    const deadline = Date.now() + commitWithinMs
    for (;;) {
      const current = sessions?.assignment
      const session = sessions?.session
      if (!current || !session || current.number !== number || current.isOver) return false
      const owned = new Set(current.partitions)
      if (!positions.every(({ partition }) => owned.has(partition))) return false
      if (positions.length === 0) return true
      try {
        await within(commitWithinMs, what, session.commit(positions))
        return true
      } catch (error) {
        if (endings.has(protocolErrorOf(error)) || current.isOver) return false
        const failure = busFailure(what, error)
        if (!failure.retryable || Date.now() > deadline || signal.aborted) throw failure
        await delay(commitRetryMs)
      }
    }
  }

  return {
    [Symbol.asyncIterator]: deliveries,
    commit,
    get lag() {
      return lag
    },
  }
}

const lagOf = (positions: ReadonlyMap<number, number>, ends: ReadonlyMap<number, number>) => {
  let lag = 0
  for (const [partition, end] of ends) lag += Math.max(0, end - (positions.get(partition) ?? end))
  return lag
}

/** Where a group stands: what it committed, else the oldest that is there. */
async function readPositions(
  makeClient: MakeClient,
  { topic, groupId }: { readonly topic: string; readonly groupId: string },
  partitions: readonly number[],
): Promise<readonly { partition: number; offset: number; end: number }[]> {
  if (partitions.length === 0) return []
  return askCluster(makeClient, `reading the position of ${groupId}`, async (admin) => {
    const [committed, bounds] = await Promise.all([
      admin.fetchOffsets({ groupId, topics: [topic] }),
      admin.fetchTopicOffsets(topic),
    ])
    const offsets = new Map(
      committed.flatMap((of) => of.partitions.map((p) => [p.partition, Number(p.offset)])),
    )
    return partitions.map((partition) => {
      const bound = bounds.find((each) => each.partition === partition)
      if (!bound) throw new MlaError('BUS_UNAVAILABLE', `${topic} has no partition ${partition}`)
      const offset = offsets.get(partition) ?? -1
      return { partition, offset: offset < 0 ? Number(bound.low) : offset, end: Number(bound.high) }
    })
  })
}
