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

/**
 * Decodes a batch; poison is buried before its batch is told. Null where the batch is not to be
 * passed over: burying was broken off.
 */
export async function decodeBatch<T>(
  topic: Topic<T>,
  { partition, messages }: Pick<Offer, 'partition' | 'messages'>,
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
