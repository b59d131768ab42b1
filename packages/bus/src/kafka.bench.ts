/**
 * Measures the bus over a real Kafka with the messages that the collectors send: publishing and
 * consuming, for each compression. Run it with `node packages/bus/src/kafka.bench.ts [messages]`.
 */
import { createHealth, parseConfig, silentLog } from '@mla/kit'
import { createSampleBatchCodec, type Sample, type SampleBatch } from '@mla/model'
import { sharedKafka } from '@mla/stack'
import { z } from 'zod'
import { textTopic } from './conformance/fixture.ts'
import { connectKafka, kafkaEnv } from './kafka.ts'
import type { Bus, Topic } from './port.ts'

const samplesPerMessage = 1_100
const publishers = 24

interface Figures {
  readonly messagesPerSecond: number
  readonly megabytesPerSecond: number
  readonly cpuMicrosPerMessage: number
}

/** A second of 1,100 points: drifting doubles, stamps some microseconds apart. */
function exampleBatch(): SampleBatch {
  const time = Date.UTC(2026, 0, 1) * 1000
  const samples = Array.from(
    { length: samplesPerMessage },
    (_, index): Sample => ({
      point: `MST-01/Camera/Module-${index % 265}/Channel-${index}/Temperature`,
      sourceTime: time + index * 37,
      serverTime: time + index * 37 + 450,
      collectedTime: time + 81_000,
      type: 'double',
      value: 20 + Math.sin(index) + Math.random() / 100,
      text: null,
      status: 0,
    }),
  )
  const head = { collector: 'bench', epoch: time, sequence: 0, source: 'MST-01', lane: 'MST-01' }
  return { ...head, samples }
}

async function measure(messages: number, size: number, work: () => Promise<void>) {
  const cpu = process.cpuUsage()
  const began = performance.now()
  await work()
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const figures: Figures = {
    messagesPerSecond: Math.round(messages / seconds),
    megabytesPerSecond: Math.round((messages * size) / seconds / 1e6),
    cpuMicrosPerMessage: Math.round((user + system) / messages),
  }
  return figures
}

async function publishAll(bus: Bus, topic: Topic<Uint8Array>, bytes: Uint8Array, messages: number) {
  let left = messages
  const publish = async (partition: number): Promise<void> => {
    while (left-- > 0) await bus.publish(topic, [{ key: 'bench', partition, record: bytes }])
  }
  await Promise.all(Array.from({ length: publishers }, (_, index) => publish(index)))
}

async function consumeAll<T>(bus: Bus, topic: Topic<T>, group: string, messages: number) {
  let taken = 0
  const consumer = bus.consume(topic, group, new AbortController().signal)
  for await (const delivery of consumer) {
    if (delivery.kind !== 'batch') continue
    taken += delivery.messages.length
    await consumer.commit([delivery.next], delivery.assignment)
    if (taken >= messages) break
  }
}

const messages = Number(process.argv[2] ?? 2_000)
const { brokers } = await sharedKafka()
const codec = createSampleBatchCodec()
const bytes = codec.encode(exampleBatch())
const results: Record<string, Figures> = {}
for (const compression of ['none', 'gzip', 'zstd']) {
  const env = { KAFKA_BROKERS: brokers.join(','), KAFKA_COMPRESSION: compression }
  const life = { name: 'bus-bench', log: silentLog, health: createHealth() }
  await using bus = await connectKafka(parseConfig(z.object(kafkaEnv), env), life)
  const { name, settings } = textTopic(publishers)
  const raw: Topic<Uint8Array> = { name, settings, encode: (each) => each, decode: (each) => each }
  await bus.createTopics([raw])
  await publishAll(bus, raw, bytes, 100)
  const run = (what: string, work: () => Promise<void>) =>
    measure(messages, bytes.length, work).then((figures) => {
      results[`${compression} ${what}`] = figures
    })
  await run('publish', () => publishAll(bus, raw, bytes, messages))
  await run('consume', () => consumeAll(bus, raw, 'raw', messages))
  await run('consume, decoded', () => consumeAll(bus, { ...raw, ...codec }, 'codec', messages))
}
// biome-ignore lint/suspicious/noConsole: it is what the command is for
console.table(results)
// biome-ignore lint/suspicious/noConsole: the same for programs
console.log(JSON.stringify({ bench: 'bus', bytes: bytes.length, messages, results }))
