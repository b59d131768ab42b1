import { microsOfMillis } from '@mla/model'
import type { KafkaMessage } from 'kafkajs'
import { decodeMessage, type Encoded, type Poison } from '../dead-letter.ts'
import type { Message, Topic } from '../port.ts'
import type { Offer } from './assignment.ts'

const encodedOf = (message: KafkaMessage): Encoded => ({
  offset: Number(message.offset),
  appendTime: microsOfMillis(Number(message.timestamp)),
  key: message.key?.toString() ?? null,
  bytes: message.value,
})

/** Encoded bytes that are decoded at once: as objects they take some three times as much. */
const portionBytes = 512 * 1024

/**
 * A fetched batch in portions. A backlog compresses well, so one fetch may be half a million
 * samples, which nobody should have to hold as objects at once.
 */
export function* portionsOf({ messages, next }: Pick<Offer, 'messages' | 'next'>): Generator<{
  readonly messages: readonly KafkaMessage[]
  /** Offset of the first message behind the portion. */
  readonly next: number
}> {
  let [start, bytes] = [0, 0]
  for (const [i, { value, offset }] of messages.entries()) {
    bytes += value?.length ?? 0
    if (bytes < portionBytes || i === messages.length - 1) continue
    yield { messages: messages.slice(start, i + 1), next: Number(offset) + 1 }
    start = i + 1
    bytes = 0
  }
  yield { messages: messages.slice(start), next }
}

/**
 * Decodes a batch; poison is buried before its batch is told. Null where the batch is not to be
 * passed over: burying was broken off.
 */
export async function decodeBatch<T>(
  topic: Topic<T>,
  partition: number,
  messages: readonly KafkaMessage[],
  bury: (poison: Poison) => Promise<void>,
): Promise<readonly Message<T>[] | null> {
  const decoded: Message<T>[] = []
  for (const message of messages) {
    const encoded = encodedOf(message)
    // A deletion of a compacted topic: it has done its work in the log.
    if (encoded.bytes === null && topic.settings.cleanup === 'compact') continue
    const result = decodeMessage(topic, partition, encoded)
    if (!('letter' in result)) {
      decoded.push(result)
      continue
    }
    try {
      await bury(result)
    } catch {
      return null
    }
  }
  return decoded
}
