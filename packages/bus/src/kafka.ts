import { type Life, retry } from '@mla/kit'
import { MlaError } from '@mla/model'
import { deadHeaders, deadTwinOf, type Poison } from './dead-letter.ts'
import { askCluster, createClientMaker } from './kafka/client.ts'
import { consumeFrom } from './kafka/consumer.ts'
import type { KafkaConfig } from './kafka/env.ts'
import { busFailure } from './kafka/failure.ts'
import { followFrom } from './kafka/follower.ts'
import { createOutage } from './kafka/outage.ts'
import { createProducer } from './kafka/producer.ts'
import { createTopics } from './kafka/setup.ts'
import type { Lost } from './lost.ts'
import { encodeOutgoing } from './partition.ts'
import type { Bus, DeadLetter, FetchOptions, TopicDefinition } from './port.ts'

export { type KafkaConfig, kafkaEnv } from './kafka/env.ts'

export interface KafkaOptions {
  /** Told of each message that could not be decoded. */
  readonly onDeadLetter?: (letter: DeadLetter) => void
  /** Told of messages that were gone before they could be read. */
  readonly onLost?: (lost: Lost) => void
}

const maxFetchBytes = 2 * 1024 * 1024
const pingTimeoutMs = 5_000

/**
 * The bus over Kafka. It resolves also where no broker answers yet: health says so under `kafka`,
 * consumers and followers try until one does, and the rest throws BUS_UNAVAILABLE in bounded time.
 * Throws CONFIG_INVALID.
 *
 * A group is called `<group>.<topic>` in Kafka, since kafkajs shares out partitions wrongly where
 * members of one group read different topics.
 */
export async function connectKafka(
  config: KafkaConfig,
  life: Pick<Life, 'name' | 'log' | 'health'>,
  { onDeadLetter = () => {}, onLost = () => {} }: KafkaOptions = {},
): Promise<Bus> {
  const { name, log } = life
  if (config.KAFKA_MIN_IN_SYNC > config.KAFKA_REPLICATION) {
    const problem = 'KAFKA_MIN_IN_SYNC is more than KAFKA_REPLICATION: nothing could be written'
    throw new MlaError('CONFIG_INVALID', problem)
  }
  const makeClient = await createClientMaker(config, name, log)
  const outage = createOutage(log, life.health)
  const producer = createProducer(makeClient, config, outage)
  const closing = new AbortController()
  const open = new Set<AsyncDisposable>()
  life.health.set('kafka', 'no broker has answered yet')

  const ping = () =>
    askCluster(makeClient, 'asking Kafka', (admin) => admin.describeCluster(), pingTimeoutMs)
  /** A broker has answered, to whatever was asked. */
  let isGreeted = false
  const greeted = (): void => {
    if (!isGreeted) outage.worked('start')
    isGreeted = true
  }
  const greet = async (): Promise<void> => {
    const ask = async () => isGreeted || (await ping())
    await retry(ask, closing.signal, (error) => {
      if (!isGreeted) outage.failed('start', busFailure('', error))
    })
    greeted()
  }
  const greeting = greet().catch(() => undefined)

  const bury = async (topic: TopicDefinition, poison: Poison, signal: AbortSignal) => {
    const { key, bytes } = poison.message
    const headers = deadHeaders(poison)
    const record = { key: key ?? '', partition: 0, bytes: bytes ?? new Uint8Array(), headers }
    const send = async () => {
      try {
        await producer.send(deadTwinOf(topic).name, [record])
      } catch (error) {
        // Also a refusal is tried again: passed over without a copy, the message were lost.
        throw new MlaError('BUS_UNAVAILABLE', 'writing a dead letter', { cause: error })
      }
    }
    await retry(send, signal, (error) => outage.failed('dead letters', busFailure('', error)))
    outage.worked('dead letters')
    onDeadLetter(poison.letter)
  }
  /** What every reader needs, and the signal that ends it with the bus. */
  const readerOf = (
    topic: TopicDefinition,
    group: string,
    signal: AbortSignal,
    { fetchBytes = 1, fetchWithinMs = 500 }: FetchOptions = {},
  ) => ({
    signal: AbortSignal.any([signal, closing.signal]),
    parts: {
      makeClient,
      outage,
      open,
      settings: {
        topic: topic.name,
        groupId: `${group}.${topic.name}`,
        sessionMs: config.KAFKA_SESSION_SECONDS * 1000,
        fetchBytes,
        fetchWithinMs,
        maxFetchBytes,
      },
      lost: (partition: number, messages: number) => {
        log.warn({ topic: topic.name, group, partition, messages }, 'messages gone before read')
        onLost({ topic: topic.name, group, partition, messages })
      },
    },
  })

  return {
    createTopics: (topics) =>
      askCluster(
        makeClient,
        'creating topics',
        (admin) => createTopics(admin, topics, config, log),
        60_000,
      ),
    async publish(topic, records) {
      const encoded = records.map((outgoing) => encodeOutgoing(topic, outgoing))
      await producer.send(topic.name, encoded)
      if (encoded.length > 0) greeted()
    },
    consume(topic, group, given, options) {
      const { parts, signal } = readerOf(topic, group, given, options)
      const buryHere = (poison: Poison, until: AbortSignal) => bury(topic, poison, until)
      return consumeFrom(topic, { ...parts, bury: buryHere }, signal)
    },
    follow(topic, since, given, options) {
      const { parts, signal } = readerOf(topic, `${name}.follow`, given, options)
      const tell = (poison: Poison) => onDeadLetter(poison.letter)
      const follower = { ...parts, groupPrefix: `${name}.follow.${topic.name}`, tell }
      return followFrom(topic, follower, since, signal)
    },
    async ping() {
      await ping()
      greeted()
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      // Readers first: a dead letter that one is writing must find the producer open.
      await Promise.all([greeting, ...[...open].map((reader) => reader[Symbol.asyncDispose]())])
      await producer[Symbol.asyncDispose]()
    },
  }
}
