import { setImmediate as turn } from 'node:timers/promises'
import { MlaError, microsOfMillis } from '@mla/model'
import { deadHeaders, deadTwinOf, type Poison } from './dead-letter.ts'
import type { Lost } from './lost.ts'
import type { Entry } from './memory/partition-log.ts'
import { consumeFrom, followFrom } from './memory/reading.ts'
import { createTopicStore, type TopicStore } from './memory/topic-store.ts'
import { encodeOutgoing } from './partition.ts'
import type { Bus, DeadLetter, TopicDefinition } from './port.ts'

export interface MemoryBusOptions {
  /** Upper bound of what one topic holds, in bytes; beyond it the oldest goes, read or not. */
  readonly maxTopicBytes?: number
  /** The same of the topics of control, `mla.*`, which nobody reads to the end and deletes. */
  readonly maxControlBytes?: number
  /** What every group has committed is kept this long, for followers that begin in the past. */
  readonly keepReadMs?: number
  /** Told of each message that could not be decoded. */
  readonly onDeadLetter?: (letter: DeadLetter) => void
  /** Told of what retention dropped before a group had committed it. */
  readonly onLost?: (lost: Lost) => void
  /** Milliseconds since 1970, for append times. */
  readonly now?: () => number
}

export interface MemoryBus extends Bus {
  /** What a topic holds at this moment, undecoded, in order of partition and offset. */
  messages(topic: string): readonly Entry[]
}

/**
 * The bus of the standalone system: topics in memory, encoded as on the wire, gone with the
 * process. Topics come into being at their first use. It is bounded: a topic that outgrows
 * `maxTopicBytes` loses its oldest messages, and `onLost` hears of those that a group still wanted.
 */
export function createMemoryBus(options: MemoryBusOptions = {}): MemoryBus {
  const { maxTopicBytes = 128 * 1024 * 1024, keepReadMs = 300_000, now = Date.now } = options
  const { maxControlBytes = 16 * 1024 * 1024 } = options
  const { onDeadLetter = () => {}, onLost = () => {} } = options
  const stores = new Map<string, TopicStore>()
  const closing = new AbortController()

  const storeOf = (topic: TopicDefinition): TopicStore => {
    const known = stores.get(topic.name)
    if (known) return known
    const isControl = topic.name.startsWith('mla.')
    const bytes = isControl ? Math.min(maxControlBytes, maxTopicBytes) : maxTopicBytes
    const store = createTopicStore(topic, { maxTopicBytes: bytes, keepReadMs }, onLost)
    stores.set(topic.name, store)
    return store
  }
  const bury = (topic: TopicDefinition, poison: Poison): void => {
    const { key, bytes } = poison.message
    const entry = { key, bytes: bytes ?? new Uint8Array(), headers: deadHeaders(poison) }
    storeOf(deadTwinOf(topic)).append(0, entry, microsOfMillis(now()))
    onDeadLetter(poison.letter)
  }
  const whenClosed = (signal: AbortSignal) => AbortSignal.any([signal, closing.signal])

  return {
    async createTopics(topics) {
      for (const topic of topics) [topic, deadTwinOf(topic)].map(storeOf)
    },
    async publish(topic, records) {
      if (closing.signal.aborted) throw new MlaError('BUS_REFUSED', 'the bus is closed')
      const store = storeOf(topic)
      const encoded = records.map((outgoing) => encodeOutgoing(topic, outgoing))
      const time = microsOfMillis(now())
      for (const { partition, key, bytes, headers } of encoded) {
        store.append(partition, { key, bytes: alone(bytes), headers }, time)
      }
      // As over a network, the rest of the process has its turn before the answer comes.
      await turn()
    },
    consume(topic, group, signal) {
      const onPoison = (poison: Poison) => bury(topic, poison)
      return consumeFrom(topic, storeOf(topic), group, whenClosed(signal), onPoison)
    },
    follow(topic, since, signal) {
      const onPoison = ({ letter }: Poison) => onDeadLetter(letter)
      return followFrom(topic, storeOf(topic), since, whenClosed(signal), onPoison, onLost)
    },
    async ping() {
      if (closing.signal.aborted) throw new MlaError('BUS_UNAVAILABLE', 'the bus is closed')
    },
    messages: (name) =>
      (stores.get(name)?.logs ?? []).flatMap((log) => log.read(0, Number.POSITIVE_INFINITY)),
    async [Symbol.asyncDispose]() {
      closing.abort()
    },
  }
}

/** Small buffers are parts of a larger one that Node shares out: kept for long, it stays whole. */
const alone = (bytes: Uint8Array): Uint8Array =>
  bytes.length === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
