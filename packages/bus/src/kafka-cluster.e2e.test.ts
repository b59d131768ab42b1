import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startKafka } from '@mla/stack'
import { textTopic } from './conformance/fixture.ts'
import { readInto, writeUntil } from './kafka/counting.ts'
import { openTestBuses } from './kafka/test-buses.ts'

describe('the bus over three brokers', { timeout: 300_000 }, () => {
  test('goes on without one of them, and without a gap', async () => {
    await using kafka = await startKafka({ brokers: 3, heapMb: 384 })
    const replicated = { KAFKA_REPLICATION: '3', KAFKA_MIN_IN_SYNC: '2' }
    await using buses = await openTestBuses(kafka.brokers, replicated)
    const topic = textTopic(3)
    await buses.bus.createTopics([topic])
    const reader = new AbortController()
    const read = readInto(buses.other, topic, reader.signal)
    const writer = new AbortController()
    const written = writeUntil(buses.bus, topic, writer.signal)
    await read.reached(300)
    // Each of them leads one of the three partitions.
    const [node] = kafka.nodes
    await node?.kill()
    await read.reached(read.count() + 300)
    await node?.start()
    await read.reached(read.count() + 300)
    writer.abort()
    await read.holds(await written)
    reader.abort()
    await read.ended
    assert.ok(read.count() > 0)
  })
})
