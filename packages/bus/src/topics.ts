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

/** Every topic of the system, for `mla setup` and for the services that wait for them. */
export const topics: readonly TopicDefinition[] = [monSamples]
