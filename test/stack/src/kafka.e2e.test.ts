import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs'
import { type KafkaServer, type KafkaSettings, startKafka } from './kafka.ts'

const clientOf = (server: KafkaServer, more: Partial<KafkaConfig> = {}): Kafka =>
  new Kafka({ brokers: [...server.brokers], logLevel: logLevel.NOTHING, ...more })

const securityOf = (server: KafkaServer): Partial<KafkaConfig> => ({
  ...(server.ca && { ssl: { ca: [server.ca] } }),
  ...(server.sasl && { sasl: server.sasl as SASLOptions }),
})

const secured: KafkaSettings[] = [{ sasl: 'plain' }, { tls: true, sasl: 'scram-sha-512' }]

for (const settings of secured) {
  test(`Kafka with ${JSON.stringify(settings)} lets in who may, and nobody else`, async () => {
    await using server = await startKafka(settings)
    const admin = clientOf(server, securityOf(server)).admin()
    await admin.connect()
    assert.deepEqual(await admin.listTopics(), [])
    await admin.disconnect()
    const stranger = clientOf(server, { retry: { retries: 0 } }).admin()
    await assert.rejects(stranger.connect().then(() => stranger.listTopics()))
    await stranger.disconnect()
  })
}

test('three brokers go on without one of them, and keep what they had', async () => {
  await using server = await startKafka({ brokers: 3, heapMb: 320 })
  const kafka = clientOf(server, { retry: { retries: 30, maxRetryTime: 2000 } })
  const admin = kafka.admin()
  const producer = kafka.producer()
  await Promise.all([admin.connect(), producer.connect()])
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic: 'kept', numPartitions: 3 }] })
  const send = (value: string) =>
    producer.send({
      topic: 'kept',
      acks: -1,
      messages: [0, 1, 2].map((partition) => ({ partition, value })),
    })
  await send('before')
  await server.nodes[1]?.kill()
  await send('while one is away')
  await server.nodes[1]?.start()
  await send('after')
  const ends = await admin.fetchTopicOffsets('kept')
  // At least once: a request that a dying broker carried out is sent again.
  for (const { partition, high } of ends) {
    assert.ok(Number(high) >= 3, `partition ${partition} has ${high} of 3 messages`)
  }
  await Promise.all([admin.disconnect(), producer.disconnect()])
})

test('a killed broker comes back on its port with its data', async () => {
  await using server = await startKafka()
  const admin = clientOf(server).admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: 'kept' }] })
  await server.kill()
  await server.start()
  assert.deepEqual(await admin.listTopics(), ['kept'])
  await admin.disconnect()
})
