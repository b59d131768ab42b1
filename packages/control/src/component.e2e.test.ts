import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { createHealth, silentLog } from '@mla/kit'
import { startKafka } from '@mla/stack'
import { z } from 'zod'
import { controlTopics, openComponent, temporaryFolder } from './component.fixture.ts'

/** On a broker of its own, since it is taken away. */
test('a component over Kafka: commands once, STANDBY kept, DEGRADED while it is away', async () => {
  using folder = temporaryFolder()
  await using kafka = await startKafka()
  const health = createHealth()
  const env = { KAFKA_BROKERS: kafka.brokers.join(','), KAFKA_PUBLISH_SECONDS: '3' }
  const config = z.object(kafkaEnv).parse(env)
  const connect = () => connectKafka(config, { name: 'control-test', log: silentLog, health })

  {
    await using bus = await connect()
    await bus.createTopics(controlTopics)
    await using component = openComponent({ bus, folder: folder.path })
    await component.beat(({ state }) => state === 'ONLINE')
    const [once] = await Promise.all([1, 2].map(() => component.send({ id: 'x', command: 'STOP' })))
    await component.beat(({ state }) => state === 'STANDBY')
    await component.reply(await component.send({ command: 'PING' }))
    const replies = component.replies.filter(({ id }) => id === once)
    assert.equal(new Set(replies.map((reply) => JSON.stringify(reply))).size, 1)
    assert.deepEqual(component.told, ['begun', 'drained'])
  }

  await using bus = await connect()
  await using component = openComponent({ bus, folder: folder.path, health })
  await component.beat(({ state, time, started }) => state === 'STANDBY' && time > started)
  await component.reply(await component.send({ command: 'START' }))
  const online = await component.beat(({ state, isWanted }) => state === 'ONLINE' && isWanted)

  await kafka.stop()
  while (health.report().ready) await new Promise((resolve) => setTimeout(resolve, 100))
  await kafka.start()
  const degraded = await component.beat(({ state }) => state === 'DEGRADED')
  assert.match(degraded.reason ?? '', /kafka: BUS_UNAVAILABLE/)
  await component.beat(({ state, since }) => state === 'ONLINE' && since > online.since)
  await component.reply(await component.send({ command: 'PING' }))
  assert.deepEqual(component.told, ['begun'], 'an outage does not end the work')
})
