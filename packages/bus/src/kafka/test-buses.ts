import { randomUUID } from 'node:crypto'
import { createHealth, type Log, parseConfig, silentLog } from '@mla/kit'
import kafkajs from 'kafkajs'
import { z } from 'zod'
import type { BusFixture, Held } from '../conformance.ts'
import { connectKafka, kafkaEnv } from '../kafka.ts'
import type { DeadLetter } from '../port.ts'

/** Two buses on one Kafka, as the conformance suite and the tests of outages want them. */
export async function openTestBuses(
  brokers: readonly string[],
  settings: Readonly<Record<string, string>> = {},
  log: Log = silentLog,
): Promise<BusFixture> {
  const env = { KAFKA_BROKERS: brokers.join(','), KAFKA_SESSION_SECONDS: '10', ...settings }
  const config = parseConfig(z.object(kafkaEnv), env)
  const deadLetters: DeadLetter[] = []
  const onDeadLetter = (letter: DeadLetter) => void deadLetters.push(letter)
  const life = { name: 'bus-test', log, health: createHealth() }
  const bus = await connectKafka(config, life, { onDeadLetter })
  const other = await connectKafka(config, life, { onDeadLetter })
  return {
    bus,
    other,
    deadLetters,
    held: (topic) => readHeld(brokers, topic),
    async [Symbol.asyncDispose]() {
      await Promise.all([bus[Symbol.asyncDispose](), other[Symbol.asyncDispose]()])
    },
  }
}

/** Reads a topic of one partition to its end, with kafkajs alone. */
async function readHeld(brokers: readonly string[], topic: string): Promise<readonly Held[]> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const [bounds] = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const held: Held[] = []
  if (Number(bounds?.high ?? 0) === 0) return held
  const consumer = kafka.consumer({ groupId: `held-${randomUUID()}` })
  const ended = Promise.withResolvers<void>()
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message: { key, value, headers = {}, offset } }) => {
      const texts = Object.entries(headers).map(([name, text]) => [name, String(text)])
      const bytes = value ?? Buffer.alloc(0)
      held.push({ key: key?.toString() ?? null, bytes, headers: Object.fromEntries(texts) })
      if (Number(offset) + 1 >= Number(bounds?.high)) ended.resolve()
    },
  })
  await ended.promise
  await consumer.disconnect()
  return held
}
