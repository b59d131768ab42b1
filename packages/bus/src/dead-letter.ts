import { type Micros, MlaError } from '@mla/model'
import type { DeadLetter, Message, Outgoing, Topic, TopicDefinition } from './port.ts'

const dayMs = 86_400_000

/** Where what could not be decoded goes: one partition, kept long enough for people to look. */
export const deadTwinOf = (topic: TopicDefinition): TopicDefinition => ({
  name: `${topic.name}.dead`,
  settings: {
    partitions: 1,
    retentionMs: 30 * dayMs,
    cleanup: 'delete',
    maxMessageBytes: topic.settings.maxMessageBytes + 65_536,
  },
})

/** A message as a log holds it, before it is decoded. */
export interface Encoded {
  readonly offset: number
  /** Microseconds. */
  readonly appendTime: number
  readonly key: string | null
  /** Null is a compacted topic's "this key is gone". */
  readonly bytes: Uint8Array | null
}

/** A message that cannot be decoded: where it was and why, with what it was. */
export interface Poison {
  readonly letter: DeadLetter
  readonly message: Encoded
}

/** Decodes one message; what its topic throws on comes back as poison. */
export function decodeMessage<T>(
  topic: Topic<T>,
  partition: number,
  message: Encoded,
): Message<T> | Poison {
  const { offset, appendTime, key } = message
  const bytes = message.bytes ?? new Uint8Array()
  try {
    return { partition, offset, appendTime, key, record: topic.decode(bytes), size: bytes.length }
  } catch (error) {
    const code = error instanceof MlaError ? error.code : 'INTERNAL'
    const reason = error instanceof Error ? error.message : String(error)
    return { letter: { topic: topic.name, partition, offset, code, reason }, message }
  }
}

/** The headers of a dead letter; `time` is when the message was appended where it failed. */
export const deadHeaders = ({ letter, message }: Poison): Record<string, string> => ({
  reason: letter.reason.slice(0, 1000),
  code: letter.code,
  topic: letter.topic,
  partition: String(letter.partition),
  offset: String(letter.offset),
  time: new Date(message.appendTime / 1000).toISOString(),
})

/** The dead twin of a topic as a topic of bytes, for what a service can read and not handle. */
export const deadTopicOf = (topic: TopicDefinition): Topic<Uint8Array> => ({
  ...deadTwinOf(topic),
  encode: (bytes) => bytes,
  decode: (bytes) => bytes,
})

/**
 * What a service puts on a dead topic by itself, with the headers that those of the bus have.
 * `partition` and `offset` are of the message that it was in, where it was in one.
 */
export const deadLetterOf = (
  topic: TopicDefinition,
  bytes: Uint8Array,
  why: {
    readonly key: string
    readonly code: string
    readonly reason: string
    readonly time: Micros
    readonly partition?: number
    readonly offset?: number
  },
): Outgoing<Uint8Array> => {
  const { key, code, reason, partition = -1, offset = -1, time } = why
  const letter = { topic: topic.name, partition, offset, code, reason }
  const headers = deadHeaders({ letter, message: { offset, appendTime: time, key, bytes } })
  return { key, partition: 0, record: bytes, headers }
}
