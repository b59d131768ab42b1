import { randomUUID } from 'node:crypto'
import { retry } from '@mla/kit'
import type { Micros } from '@mla/model'
import type { Consumer as KafkajsConsumer } from 'kafkajs'
import type { Poison } from '../dead-letter.ts'
import type { Followed, Topic } from '../port.ts'
import type { Assignment } from './assignment.ts'
import { askCluster } from './client.ts'
import { busFailure } from './failure.ts'
import { decodeBatch, portionsOf } from './messages.ts'
import { type SessionsParts, startSessions } from './sessions.ts'

export interface FollowerParts extends Omit<SessionsParts, 'assigned' | 'settings'> {
  readonly settings: Omit<SessionsParts['settings'], 'groupId'>
  /** Begins the name of the group that kafkajs needs and nobody else knows. */
  readonly groupPrefix: string
  readonly tell: (poison: Poison) => void
}

interface Bounds {
  readonly starts: ReadonlyMap<number, number>
  readonly ends: ReadonlyMap<number, number>
}

/**
 * Follows all partitions from a time on. Its position is its own: whatever happens to the session
 * or its group, it goes on where it was.
 */
export async function* followFrom<T>(
  topic: Topic<T>,
  parts: FollowerParts,
  since: Micros,
  signal: AbortSignal,
): AsyncGenerator<Followed<T>, void> {
  const bounds = await findBounds(parts, since, signal)
  if (!bounds) return
  const positions = new Map(bounds.starts)
  const groupId = `${parts.groupPrefix}.${randomUUID()}`
  let count = 0
  const assigned = (partitions: readonly number[], consumer: KafkajsConsumer): Assignment => {
    for (const partition of partitions) {
      const offset = String(positions.get(partition) ?? 0)
      consumer.seek({ topic: topic.name, partition, offset })
    }
    const ends = new Map<number, number>()
    const own = Promise.resolve(new Map(positions))
    const askedAgain = new Set<number>()
    return { number: ++count, partitions, positions: own, ends, askedAgain, isOver: false }
  }

  const settings = { ...parts.settings, groupId }
  const deleteGroup = () =>
    askCluster(
      parts.makeClient,
      'deleting a group',
      (admin) => admin.deleteGroups([groupId]),
      3_000,
    )
  const sessions = startSessions({ ...parts, settings, assigned })
  const ring = () => sessions.bell.ring()
  signal.addEventListener('abort', ring, { once: true })
  try {
    let isBehind = true
    while (!signal.aborted) {
      if (isBehind && hasReached(positions, bounds.ends)) {
        isBehind = false
        yield { kind: 'caught-up' }
        continue
      }
      const offer = sessions.take()
      if (!offer) {
        await sessions.bell.heard()
        continue
      }
      const { partition } = offer
      const tell = async (poison: Poison) => parts.tell(poison)
      for (const portion of portionsOf(offer)) {
        const messages = await decodeBatch(topic, partition, portion.messages, tell)
        if (offer.assignment.isOver || messages === null) break
        positions.set(partition, portion.next)
        if (messages.length > 0) yield { kind: 'batch', partition, messages }
      }
      offer.finish()
    }
  } finally {
    signal.removeEventListener('abort', ring)
    await sessions[Symbol.asyncDispose]()
    // A group without commits goes by itself, later; an outage must not keep us from ending.
    await deleteGroup().catch(() => undefined)
  }
}

const hasReached = (positions: ReadonlyMap<number, number>, ends: ReadonlyMap<number, number>) =>
  [...ends].every(([partition, end]) => (positions.get(partition) ?? 0) >= end)

/** Where to begin and where the present ends; null where it was aborted before it knew. */
async function findBounds(
  { makeClient, settings, outage }: FollowerParts,
  since: Micros,
  signal: AbortSignal,
): Promise<Bounds | null> {
  const part = `following ${settings.topic}`
  const millis = Math.max(0, Math.ceil(since / 1000))
  const ask = () =>
    askCluster(makeClient, part, async (admin): Promise<Bounds> => {
      const ends = await admin.fetchTopicOffsets(settings.topic)
      const starts = await admin.fetchTopicOffsetsByTimestamp(settings.topic, millis)
      return {
        starts: new Map(starts.map(({ partition, offset }) => [partition, Number(offset)])),
        ends: new Map(ends.map(({ partition, high }) => [partition, Number(high)])),
      }
    })
  try {
    const bounds = await retry(ask, signal, (error) => outage.failed(part, busFailure(part, error)))
    outage.worked(part)
    return bounds
  } catch (error) {
    if (signal.aborted) return null
    throw error
  }
}
