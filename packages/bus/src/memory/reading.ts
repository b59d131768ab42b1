import { setImmediate as yieldTurn } from 'node:timers/promises'
import type { Micros } from '@mla/model'
import { decodeMessage, type Encoded, type Poison } from '../dead-letter.ts'
import type { Lost } from '../lost.ts'
import type { Consumer, Delivery, Followed, Message, Topic, TopicDefinition } from '../port.ts'
import type { Member } from './group.ts'
import type { TopicStore } from './topic-store.ts'

/** What one batch holds at most, as the broker hands out of one partition. */
const maxBatchBytes = 1024 * 1024

type OnPoison = (poison: Poison) => void

/** Decodes a stretch of one partition; poison is told and left out. */
function decodeAll<T>(
  topic: Topic<T>,
  partition: number,
  entries: readonly Encoded[],
  onPoison: OnPoison,
): readonly Message<T>[] {
  return entries.flatMap((entry) => {
    const decoded = decodeMessage(topic, partition, entry)
    if (!('letter' in decoded)) return [decoded]
    onPoison(decoded)
    return []
  })
}

/** A consumer of a group; it joins when the loop begins, and leaves when it ends. */
export function consumeFrom<T>(
  topic: Topic<T>,
  store: TopicStore,
  groupName: string,
  signal: AbortSignal,
  onPoison: OnPoison,
): Consumer<T> {
  const group = store.group(groupName)
  const member: Member = { assignment: 0 }
  let positions = new Map<number, number>()

  async function* deliveries(): AsyncGenerator<Delivery<T>, void> {
    const ring = () => store.bell.ring()
    signal.addEventListener('abort', ring, { once: true })
    group.join(member)
    try {
      for (let turn = 0; !signal.aborted; turn++) {
        if (member.assignment !== group.generation) {
          const partitions = group.partitionsOf(member)
          member.assignment = group.generation
          positions = new Map(partitions.map((each) => [each, group.committed(each)]))
          yield { kind: 'assigned', assignment: member.assignment, partitions }
          continue
        }
        const found = nextStretch(store, positions, turn)
        if (!found) {
          await store.bell.heard()
          continue
        }
        // A long backlog must not keep the rest of the process from its turn.
        await yieldTurn()
        if (member.assignment !== group.generation) continue
        const { partition, entries, offset } = found
        const messages = decodeAll(topic, partition, entries, onPoison)
        positions.set(partition, offset)
        const { assignment } = member
        yield { kind: 'batch', assignment, partition, messages, next: { partition, offset } }
      }
    } finally {
      signal.removeEventListener('abort', ring)
      group.leave(member)
      positions = new Map()
    }
  }

  return {
    [Symbol.asyncIterator]: deliveries,
    commit: async (committed, assignment) => group.commit(member, assignment, committed),
    get lag() {
      let lag = 0
      for (const [partition, offset] of positions) lag += (store.logs[partition]?.end ?? 0) - offset
      return lag
    },
  }
}

interface Stretch {
  readonly partition: number
  readonly entries: readonly Encoded[]
  /** The position behind it. */
  readonly offset: number
}

/** The next unread stretch of one of the partitions, each in its turn. */
function nextStretch(
  store: TopicStore,
  positions: ReadonlyMap<number, number>,
  turn: number,
): Stretch | null {
  const partitions = [...positions.keys()]
  for (let step = 0; step < partitions.length; step++) {
    const partition = partitions[(turn + step) % partitions.length] ?? 0
    const entries = store.logs[partition]?.read(positions.get(partition) ?? 0, maxBatchBytes) ?? []
    const last = entries.at(-1)
    if (last) return { partition, entries, offset: last.offset + 1 }
  }
  return null
}

/** What retention took before a follower came to it; holes of a compacted topic are none of that. */
function lostBefore(
  { name, settings }: TopicDefinition,
  { partition, entries }: Stretch,
  position: number,
): Lost | null {
  const messages = (entries[0]?.offset ?? position) - position
  if (settings.cleanup === 'compact' || messages <= 0) return null
  return { topic: name, group: 'follower', partition, messages }
}

/** A follower: it leaves no trace, and tells of poison without writing it anywhere. */
export async function* followFrom<T>(
  topic: Topic<T>,
  store: TopicStore,
  since: Micros,
  signal: AbortSignal,
  onPoison: OnPoison,
  onLost: (lost: Lost) => void,
): AsyncGenerator<Followed<T>, void> {
  const positions = new Map(store.logs.map((log, index) => [index, log.offsetAt(since)]))
  const ends = store.logs.map((log) => log.end)
  let isBehind = true
  const ring = () => store.bell.ring()
  signal.addEventListener('abort', ring, { once: true })
  try {
    for (let turn = 0; !signal.aborted; turn++) {
      if (isBehind && ends.every((end, partition) => (positions.get(partition) ?? 0) >= end)) {
        isBehind = false
        yield { kind: 'caught-up' }
        continue
      }
      const found = nextStretch(store, positions, turn)
      if (!found) {
        await store.bell.heard()
        continue
      }
      const lost = lostBefore(topic, found, positions.get(found.partition) ?? 0)
      if (lost) onLost(lost)
      await yieldTurn()
      const messages = decodeAll(topic, found.partition, found.entries, onPoison)
      positions.set(found.partition, found.offset)
      if (messages.length > 0) yield { kind: 'batch', partition: found.partition, messages }
    }
  } finally {
    signal.removeEventListener('abort', ring)
  }
}
