import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createHealth, type Log, parseConfig, retry, silentLog } from '@mla/kit'
import { type KafkaServer, startKafka } from '@mla/stack'
import { z } from 'zod'
import { textTopic } from './conformance/fixture.ts'
import { readInto, writeUntil } from './kafka/counting.ts'
import { connectKafka, kafkaEnv } from './kafka.ts'
import type { Bus, Topic } from './port.ts'

/** Restarts with a broker of its own: the shared one is not for breaking. */
describe('the bus over Kafka in an outage', { timeout: 300_000 }, () => {
  let kafka: KafkaServer
  before(async () => {
    kafka = await startKafka()
  })
  after(() => kafka[Symbol.asyncDispose]())

  const connect = async (settings: Readonly<Record<string, string>> = {}, log: Log = silentLog) => {
    const env = { KAFKA_BROKERS: kafka.brokers.join(','), KAFKA_SESSION_SECONDS: '10', ...settings }
    const health = createHealth()
    const config = parseConfig(z.object(kafkaEnv), env)
    return { health, bus: await connectKafka(config, { name: 'outage-test', log, health }) }
  }

  const outages: readonly (readonly [name: string, strike: () => Promise<void>])[] = [
    [
      'killed and started again',
      async () => {
        await kafka.kill()
        await kafka.start()
      },
    ],
    [
      'stopped in order and started again',
      async () => {
        await kafka.stop()
        await kafka.start()
      },
    ],
    [
      'frozen for longer than a session',
      async () => {
        kafka.pause()
        // The length of the silence is what is tested.
        await new Promise((resolve) => setTimeout(resolve, 13_000))
        kafka.resume()
      },
    ],
  ]
  for (const [name, strike] of outages) {
    test(`what was acknowledged is there, in order, when the broker is ${name}`, async () => {
      const { bus } = await connect()
      await using _ = bus
      const topic = textTopic(3)
      await bus.createTopics([topic])
      const reader = new AbortController()
      const read = readInto(bus, topic, reader.signal)
      const writer = new AbortController()
      const written = writeUntil(bus, topic, writer.signal)
      await read.reached(300)
      await strike()
      const before = read.count()
      await read.reached(before + 300)
      writer.abort()
      const counts = await written
      await read.holds(counts)
      reader.abort()
      await read.ended
    })
  }

  test('a bus whose broker is away at first says so, gives up in time, and then works', async () => {
    await kafka.kill()
    const warnings: string[] = []
    const log: Log = { ...silentLog, warn: (_, message) => void warnings.push(message) }
    const { bus, health } = await connect({ KAFKA_PUBLISH_SECONDS: '2' }, log)
    await using _ = bus
    const topic = textTopic(1)
    assert.equal(health.report().ready, false)
    await assert.rejects(bus.ping(), { code: 'BUS_UNAVAILABLE' })
    const published = bus.publish(topic, [{ key: 'a', record: 'early' }])
    await assert.rejects(published, { code: 'BUS_UNAVAILABLE' })
    await assert.rejects(bus.createTopics([topic]), { code: 'BUS_UNAVAILABLE' })
    assert.ok(warnings.length > 0)
    assert.match(health.report().parts['kafka'] ?? '', /BUS_UNAVAILABLE/)

    const stop = new AbortController()
    const read = readInto(bus, topic, stop.signal)
    const followed = firstFollowed(bus, topic)
    await kafka.start()
    const never = new AbortController().signal
    await retry(
      () => bus.createTopics([topic]),
      never,
      () => {},
    )
    await bus.publish(topic, [{ key: 'a', record: '0' }])
    await read.reached(1)
    assert.equal(await followed, '0')
    await bus.ping()
    assert.equal(health.report().parts['kafka'], 'ready')
    stop.abort()
    await read.ended
  })

  test('a bus closes in time while the broker is away', async () => {
    const { bus } = await connect({ KAFKA_PUBLISH_SECONDS: '2' })
    const topic = textTopic(1)
    await bus.createTopics([topic])
    const read = readInto(bus, topic, new AbortController().signal)
    await bus.publish(topic, [{ key: 'a', record: '0' }])
    await read.reached(1)
    await kafka.kill()
    const published = assert.rejects(bus.publish(topic, [{ key: 'a', record: '1' }]))
    await bus[Symbol.asyncDispose]()
    await published
    await read.ended
    await kafka.start()
  })

  test('a loop may hold a batch for longer than a session', async () => {
    const { bus } = await connect({ KAFKA_SESSION_SECONDS: '6' })
    await using _ = bus
    const topic = textTopic(1)
    await bus.createTopics([topic])
    await bus.publish(topic, [{ key: 'a', record: 'x' }])
    const consumer = bus.consume(topic, 'g', new AbortController().signal)
    for await (const delivery of consumer) {
      if (delivery.kind === 'assigned') continue
      // The length of the work is what is tested.
      await new Promise((resolve) => setTimeout(resolve, 9_000))
      assert.equal(await consumer.commit([delivery.next], delivery.assignment), true)
      break
    }
  })
})

async function firstFollowed(bus: Bus, topic: Topic<string>): Promise<string | undefined> {
  for await (const followed of bus.follow(topic, 0, new AbortController().signal)) {
    if (followed.kind === 'batch') return followed.messages[0]?.record
  }
  return undefined
}
