import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createHealth, silentLog } from '@mla/kit'
import { sharedKafka, startKafka } from '@mla/stack'
import kafkajs from 'kafkajs'
import { publishTexts, recordsOf, takeMessages, texts, textTopic } from './conformance/fixture.ts'
import { deadTwinOf } from './dead-letter.ts'
import { openTestBuses } from './kafka/test-buses.ts'
import { connectKafka, type KafkaConfig } from './kafka.ts'
import type { TopicDefinition } from './port.ts'

describe('topics on Kafka', { timeout: 120_000 }, () => {
  test('are created with their settings, changed to new ones, and grow', async () => {
    const { brokers } = await sharedKafka()
    await using buses = await openTestBuses(brokers)
    const { name, settings } = textTopic(2)
    await buses.bus.createTopics([{ name, settings }])
    assert.deepEqual(await settingsOf(brokers, name), {
      'cleanup.policy': 'delete',
      'max.message.bytes': '8388608',
      'message.timestamp.type': 'LogAppendTime',
      'min.insync.replicas': '1',
      'retention.ms': '-1',
    })
    const dead = deadTwinOf({ name, settings }).name
    assert.equal((await settingsOf(brokers, dead))['retention.ms'], String(30 * 86_400_000))

    const grown: TopicDefinition = {
      name,
      settings: { ...settings, partitions: 4, retentionMs: 60_000, maxMessageBytes: 2_000_000 },
    }
    await setByHand(brokers, name)
    await buses.other.createTopics([grown])
    const altered = await settingsOf(brokers, name)
    assert.equal(altered['retention.ms'], '60000')
    assert.equal(altered['max.message.bytes'], '2000000')
    assert.equal(altered['segment.ms'], '3600000', 'what others set stays')
    assert.equal(await partitionsOf(brokers, name), 4)
    await buses.other.createTopics([{ name, settings }])
    assert.equal(await partitionsOf(brokers, name), 4)
  })

  test('that are missing make a publish fail with the cure, and a consumer wait', async () => {
    const { brokers } = await sharedKafka()
    await using buses = await openTestBuses(brokers, { KAFKA_PUBLISH_SECONDS: '1' })
    const topic = textTopic(1)
    await assert.rejects(publishTexts(buses.bus, topic, ['a']), {
      code: 'BUS_UNAVAILABLE',
      message: /create it with `mla setup`/,
    })
    const taken = takeMessages(buses.bus, topic, 'g', 1)
    await buses.other.createTopics([topic])
    await publishTexts(buses.other, topic, ['a'])
    assert.deepEqual(recordsOf(await taken), ['a'])
  })

  test('poison waits for its dead topic and is not passed over', async () => {
    const { brokers } = await sharedKafka()
    const warned = Promise.withResolvers<void>()
    const log = { ...silentLog, warn: () => warned.resolve() }
    await using buses = await openTestBuses(brokers, { KAFKA_PUBLISH_SECONDS: '1' }, log)
    const topic = textTopic(1)
    await createAlone(brokers, topic.name)
    await publishTexts(buses.bus, topic, ['poison', 'good'])
    const taken = takeMessages(buses.bus, topic, 'g', 1)
    await warned.promise
    assert.equal(buses.deadLetters.length, 0)
    await buses.other.createTopics([topic])
    assert.deepEqual(recordsOf(await taken), ['good'])
    assert.equal(buses.deadLetters.length, 1)
    assert.equal((await buses.held(deadTwinOf(topic).name)).length, 1)
  })

  for (const compression of ['none', 'gzip', 'zstd']) {
    test(`messages written with compression ${compression} can be read`, async () => {
      const { brokers } = await sharedKafka()
      await using buses = await openTestBuses(brokers, { KAFKA_COMPRESSION: compression })
      const topic = textTopic(1)
      await buses.bus.createTopics([topic])
      await publishTexts(buses.bus, topic, texts(100))
      assert.deepEqual(recordsOf(await takeMessages(buses.other, topic, 'g', 100)), texts(100))
    })
  }
})

describe('the bus over Kafka with TLS and SASL', { timeout: 240_000 }, () => {
  for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'] as const) {
    test(`works with ${mechanism}, and tells what is wrong with a password`, async () => {
      await using kafka = await startKafka({ tls: true, sasl: mechanism })
      const folder = await mkdtemp(join(tmpdir(), 'mla-bus-'))
      const write = (name: string, text: string) => {
        writeFileSync(join(folder, name), text)
        return join(folder, name)
      }
      const settings = {
        KAFKA_TLS_CA: write('ca.pem', kafka.ca ?? ''),
        KAFKA_SASL_MECHANISM: mechanism,
        KAFKA_SASL_USER: kafka.sasl?.username ?? '',
        KAFKA_SASL_PASSWORD_FILE: write('password', `${kafka.sasl?.password}\n`),
        KAFKA_PUBLISH_SECONDS: '2',
      }
      {
        await using buses = await openTestBuses(kafka.brokers, settings)
        const topic = textTopic(1)
        await buses.bus.createTopics([topic])
        await publishTexts(buses.bus, topic, texts(10))
        assert.deepEqual(recordsOf(await takeMessages(buses.other, topic, 'g', 10)), texts(10))
      }
      const wrong = { ...settings, KAFKA_SASL_PASSWORD_FILE: write('wrong', 'wrong') }
      await using buses = await openTestBuses(kafka.brokers, wrong)
      await assert.rejects(buses.bus.ping(), { code: 'BUS_UNAVAILABLE', message: /[Aa]uth/ })
      await rm(folder, { recursive: true })
    })
  }

  const config = { KAFKA_BROKERS: ['127.0.0.1:9'], KAFKA_REPLICATION: 1, KAFKA_MIN_IN_SYNC: 1 }
  const mistakes: readonly (readonly [Partial<KafkaConfig>, RegExp])[] = [
    [{ KAFKA_TLS_CA: '/nowhere/ca.pem' }, /KAFKA_TLS_CA.*\/nowhere\/ca\.pem/],
    [{ KAFKA_TLS: 'on', KAFKA_TLS_CERT: '/a.pem' }, /KAFKA_TLS_CERT and KAFKA_TLS_KEY/],
    [{ KAFKA_SASL_MECHANISM: 'plain' }, /KAFKA_SASL_USER/],
    [{ KAFKA_MIN_IN_SYNC: 2 }, /KAFKA_MIN_IN_SYNC/],
  ]
  for (const [mistake, message] of mistakes) {
    test(`a mistake in the settings is named: ${message.source}`, async () => {
      const life = { name: 'bus-test', log: silentLog, health: createHealth() }
      const rest = {
        KAFKA_TLS: 'off',
        KAFKA_COMPRESSION: 'none',
        KAFKA_PUBLISH_SECONDS: 1,
        KAFKA_SESSION_SECONDS: 10,
      } as const
      const connecting = connectKafka({ ...config, ...rest, ...mistake }, life)
      await assert.rejects(connecting, { code: 'CONFIG_INVALID', message })
    })
  }
})

async function withAdmin<T>(
  brokers: readonly string[],
  ask: (admin: kafkajs.Admin) => Promise<T>,
): Promise<T> {
  const logLevel = kafkajs.logLevel.NOTHING
  const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel }).admin()
  await admin.connect()
  try {
    return await ask(admin)
  } finally {
    await admin.disconnect()
  }
}

/** Those settings of a topic that are its own. */
const settingsOf = (brokers: readonly string[], name: string) =>
  withAdmin(brokers, async (admin) => {
    const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }]
    const { resources: found } = await admin.describeConfigs({ resources, includeSynonyms: false })
    const own = (found[0]?.configEntries ?? []).filter(({ configSource }) => +configSource === 1)
    const pairs = own.map(({ configName, configValue }) => [configName, configValue] as const)
    return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))
  })

const partitionsOf = (brokers: readonly string[], name: string) =>
  withAdmin(brokers, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [name] })
    return topics[0]?.partitions.length
  })

const setByHand = (brokers: readonly string[], name: string) =>
  withAdmin(brokers, (admin) => {
    const configEntries = [{ name: 'segment.ms', value: '3600000' }]
    const type = kafkajs.ConfigResourceTypes.TOPIC
    return admin.alterConfigs({ validateOnly: false, resources: [{ type, name, configEntries }] })
  })

const createAlone = (brokers: readonly string[], topic: string) =>
  withAdmin(brokers, (admin) => admin.createTopics({ topics: [{ topic, numPartitions: 1 }] }))
