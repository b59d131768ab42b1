import { MlaError } from '@mla/model'
import type { Outgoing, Topic } from './port.ts'

/**
 * The partition of a key: murmur2 of its UTF-8 bytes, as in Kafka's Java client, so that a key lies
 * where every other program expects it.
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions
}

/** MurmurHash2, 32 bits, seed 0x9747b28c: org.apache.kafka.common.utils.Utils.murmur2. */
function murmur2(bytes: Uint8Array): number {
  const m = 0x5bd1e995
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const whole = bytes.length - (bytes.length % 4)
  let hash = 0x9747b28c ^ bytes.length
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(view.getInt32(at, true), m)
    word = Math.imul(word ^ (word >>> 24), m)
    hash = Math.imul(hash, m) ^ word
  }
  const rest = bytes.length - whole
  if (rest > 2) hash ^= view.getUint8(whole + 2) << 16
  if (rest > 1) hash ^= view.getUint8(whole + 1) << 8
  if (rest > 0) hash = Math.imul(hash ^ view.getUint8(whole), m)
  hash = Math.imul(hash ^ (hash >>> 13), m)
  return hash ^ (hash >>> 15)
}

interface EncodedOutgoing {
  readonly key: string
  readonly partition: number
  readonly bytes: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

/** Encodes a record and finds its partition; throws BUS_REFUSED for what no broker would take. */
export function encodeOutgoing<T>(
  topic: Topic<T>,
  { key, partition, record, headers = {} }: Outgoing<T>,
): EncodedOutgoing {
  const bytes = topic.encode(record)
  const { partitions, maxMessageBytes } = topic.settings
  if (bytes.length > maxMessageBytes) {
    const problem = `a message of ${bytes.length} bytes is more than ${topic.name} takes`
    throw new MlaError('BUS_REFUSED', problem, { details: { key, maxMessageBytes } })
  }
  const target = partition ?? partitionOf(key, partitions)
  if (!Number.isInteger(target) || target < 0 || target >= partitions) {
    throw new MlaError('BUS_REFUSED', `${topic.name} has no partition ${target}`)
  }
  return { key, partition: target, bytes, headers }
}
