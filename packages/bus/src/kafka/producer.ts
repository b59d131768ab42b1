import { setTimeout as delay } from 'node:timers/promises'
import { MlaError } from '@mla/model'
import type { Kafka, Producer as KafkajsProducer } from 'kafkajs'
import type { MakeClient } from './client.ts'
import { compressionTypes } from './codecs.ts'
import type { KafkaConfig } from './env.ts'
import { busFailure, within } from './failure.ts'
import type { Outage } from './outage.ts'
import { createJob, type Item, type Job, takeRequest } from './outbox.ts'

export type EncodedRecord = Omit<Item, 'job'>

export interface Producer extends AsyncDisposable {
  /** Throws BUS_UNAVAILABLE after `KAFKA_PUBLISH_SECONDS`, or BUS_REFUSED. */
  send(topic: string, records: readonly EncodedRecord[]): Promise<void>
}

/** What may wait in memory, of all topics together; above it, publishing fails at once. */
const maxWaitingBytes = 64 * 1024 * 1024
const firstDelayMs = 100
const maxDelayMs = 2_000
const requestTimeoutMs = 10_000

/**
 * Sends records, one request of a topic at a time: so their order holds also where a request must
 * be tried again. What comes while one is under way goes together in the next.
 */
export function createProducer(
  makeClient: MakeClient,
  config: Pick<KafkaConfig, 'KAFKA_COMPRESSION' | 'KAFKA_PUBLISH_SECONDS'>,
  outage: Outage,
): Producer {
  const compression = compressionTypes[config.KAFKA_COMPRESSION]
  const timeoutMs = config.KAFKA_PUBLISH_SECONDS * 1000
  const queues = new Map<string, readonly Item[]>()
  const pumps = new Map<string, Promise<void>>()
  let isClosed = false
  let connection: Promise<KafkajsProducer> | null = null
  let waitingBytes = 0

  const connected = (): Promise<KafkajsProducer> => {
    connection ??= connect(makeClient())
    return connection
  }
  /** After a failure one starts afresh: what kafkajs knows of the cluster may be outdated. */
  const disconnect = async (): Promise<void> => {
    const old = connection
    connection = null
    const close = async () => (await old)?.disconnect()
    await within(2_000, 'disconnecting', close()).catch(() => undefined)
  }

  const request = async (topic: string, items: readonly Item[]): Promise<void> => {
    const what = `publishing to ${topic}`
    try {
      const producer = await within(requestTimeoutMs, what, connected())
      const messages = items.map(({ key, partition, bytes, headers }) => {
        const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
        return { key, partition, value, headers: { ...headers } }
      })
      const sent = producer.send({ topic, messages, acks: -1, compression, timeout: 8_000 })
      const answers = await within(requestTimeoutMs * 2, what, sent)
      // kafkajs leaves out what is for a partition that the topic does not have, without a word.
      const written = new Set(answers.map(({ partition }) => partition))
      const missing = items.find(({ partition }) => !written.has(partition))
      if (missing) {
        const problem = `${what}: it has no partition ${missing.partition}: run \`mla setup\``
        throw new MlaError('BUS_UNAVAILABLE', problem)
      }
      outage.worked('publish')
    } catch (error) {
      const failure = busFailure(what, error)
      if (failure.retryable) outage.failed('publish', failure)
      await disconnect()
      throw failure
    }
  }

  /** True where the request was written, or refused for good. */
  const attempt = async (topic: string, items: readonly Item[]): Promise<boolean> => {
    const jobs = new Set(items.map(({ job }) => job))
    try {
      await request(topic, items)
      for (const { job } of items) if (--job.left === 0) job.settle()
      return true
    } catch (error) {
      const failure = busFailure(`publishing to ${topic}`, error)
      for (const job of jobs) job.lastFailure = failure
      if (failure.retryable) return false
      // One publish's refusal is not another's: each is asked for by itself.
      const [only] = jobs
      if (jobs.size === 1) only?.settle(failure)
      else await eachAlone(topic, items, jobs)
      return true
    }
  }
  const eachAlone = async (topic: string, items: readonly Item[], jobs: Iterable<Job>) => {
    for (const job of jobs) {
      const own = items.filter((item) => item.job === job)
      while (!job.isSettled && !(await attempt(topic, own))) await delay(firstDelayMs)
    }
  }
  const pump = async (topic: string): Promise<void> => {
    let delayMs = firstDelayMs
    for (;;) {
      const { taken, rest } = takeRequest(queues.get(topic) ?? [])
      queues.set(topic, rest)
      if (taken.length === 0) break
      if (await attempt(topic, taken)) {
        delayMs = firstDelayMs
        continue
      }
      queues.set(topic, [...taken, ...(queues.get(topic) ?? [])])
      await delay(delayMs)
      delayMs = Math.min(delayMs * 2, maxDelayMs)
    }
    pumps.delete(topic)
  }

  return {
    async send(topic, records) {
      if (isClosed) throw new MlaError('BUS_REFUSED', 'the bus is closed')
      if (records.length === 0) return
      const bytes = records.reduce((sum, record) => sum + record.bytes.length, 0)
      if (waitingBytes > 0 && waitingBytes + bytes > maxWaitingBytes) {
        const problem = `publishing to ${topic}: ${waitingBytes} bytes wait to be written already`
        throw new MlaError('BUS_UNAVAILABLE', problem)
      }
      const { job, done } = createJob(topic, records.length, timeoutMs)
      const items = records.map((record) => ({ ...record, job }))
      queues.set(topic, [...(queues.get(topic) ?? []), ...items])
      if (!pumps.has(topic)) pumps.set(topic, pump(topic))
      waitingBytes += bytes
      await done.finally(() => {
        waitingBytes -= bytes
      })
    },
    /** What was given is written, or has failed in its time, before it closes. */
    async [Symbol.asyncDispose]() {
      isClosed = true
      await Promise.all(pumps.values())
      await disconnect()
    },
  }
}

async function connect(kafka: Kafka): Promise<KafkajsProducer> {
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: () => (args) => args.message.partition ?? 0,
    retry: { retries: 0 },
  })
  try {
    await producer.connect()
    return producer
  } catch (error) {
    await producer.disconnect().catch(() => undefined)
    throw error
  }
}
