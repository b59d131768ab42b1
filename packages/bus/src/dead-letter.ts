import { MlaError } from '@mla/model'
import type { DeadLetter, Message, Topic, TopicDefinition } from './port.ts'

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
