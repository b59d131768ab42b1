import { createSampleBatchCodec, type SampleBatch } from '@mla/model'
import type { Topic, TopicDefinition } from './port.ts'

const codec = createSampleBatchCodec()

const dayMs = 86_400_000
const monitoring = {
  partitions: 24,
  retentionMs: 2 * dayMs,
  cleanup: 'delete',
  maxMessageBytes: 8 * 1024 * 1024,
} as const

/** What the collectors send: batches of samples, keyed by lane. */
export const monSamples: Topic<SampleBatch> = {
  name: 'mon.samples',
  settings: monitoring,
  ...codec,
}

/**
 * Every Avro schema that is written, by fingerprint (16 hexadecimal digits), as its JSON: so that a
 * program with any Avro library can read what is on the other topics.
 */
export const mlaSchemas: Topic<string> = {
  name: 'mla.schemas',
  settings: { partitions: 1, retentionMs: null, cleanup: 'compact', maxMessageBytes: 1024 * 1024 },
  encode: (schema) => new TextEncoder().encode(schema),
  decode: (bytes) => new TextDecoder().decode(bytes),
}

/** Every topic of the system, for `mla setup` and for the services that wait for them. */
export const topics: readonly TopicDefinition[] = [monSamples, mlaSchemas]
