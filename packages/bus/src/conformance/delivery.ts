import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadLetterOf, deadTopicOf } from '../dead-letter.ts'
import type { Message } from '../port.ts'
import {
  firstBatch,
  type OpenFixture,
  publishTexts,
  recordsOf,
  takeMessages,
  texts,
  textTopic,
} from './fixture.ts'

/** Order, at least once, what a commit means, and how it ends. */
export function describeDelivery(open: OpenFixture): void {
  test('messages of a key come in the order in which they were published', async () => {
    await using fixture = await open()
    const topic = textTopic()
    await fixture.bus.createTopics([topic])
    const keys = ['a', 'b', 'c', 'd', 'e']
    // Nobody waits for one publish before the next: their order must hold all the same.
    await Promise.all(
      texts(40, '').map((number) =>
        fixture.bus.publish(
          topic,
          keys.map((key) => ({ key, record: `${key}${number}` })),
        ),
      ),
    )
    const messages = await takeMessages(fixture.bus, topic, 'g', 200)
    for (const key of keys) {
      const own = messages.filter((message) => message.key === key)
      assert.deepEqual(recordsOf(own), texts(40, key))
      assert.equal(new Set(own.map(({ partition }) => partition)).size, 1)
      assertInOrder(own)
    }
  })

  test('keys and records come as they were given', async () => {
    await using fixture = await open()
    const topic = textTopic()
    await fixture.bus.createTopics([topic])
    const before = Date.now() * 1000
    const given = ['9223372036854775807', '-9223372036854775808', 'Ärger/Ω🔭', 'a b\n"c"', '0']
    const records = given.map((key, index) => ({ key, record: `${key}!`, partition: index % 3 }))
    await fixture.bus.publish(topic, records)
    await fixture.bus.publish(topic, [])
    const messages = await takeMessages(fixture.bus, topic, 'g', given.length)
    for (const { key, record, partition } of records) {
      const message = messages.find((each) => each.key === key)
      assert.equal(message?.record, record)
      assert.equal(message?.partition, partition)
      assert.equal(message?.size, Buffer.byteLength(record))
      assert.ok(message.appendTime >= before - 1000)
    }
  })

  test('what is put on a dead topic keeps its bytes and its reason', async () => {
    await using fixture = await open()
    const topic = textTopic(1)
    await fixture.bus.createTopics([topic])
    const why = { key: 'k', code: 'VALUE_INVALID', reason: 'it is too warm', time: 1_000_000 }
    const letter = deadLetterOf(topic, Buffer.from('hot'), { ...why, partition: 2, offset: 7 })
    await fixture.bus.publish(deadTopicOf(topic), [letter])
    const [held] = await fixture.held(`${topic.name}.dead`)
    assert.equal(Buffer.from(held?.bytes ?? []).toString(), 'hot')
    assert.deepEqual(held?.headers, {
      ...{ reason: 'it is too warm', code: 'VALUE_INVALID', topic: topic.name, partition: '2' },
      ...{ offset: '7', time: '1970-01-01T00:00:01.000Z' },
    })
  })

  test('what was not committed comes again, what was committed does not', async () => {
    await using fixture = await open()
    const topic = textTopic(1)
    await fixture.bus.createTopics([topic])
    await publishTexts(fixture.bus, topic, texts(10))
    const first = await takeMessages(fixture.bus, topic, 'g', 10, { commits: false })
    const second = await takeMessages(fixture.other, topic, 'g', 10)
    assert.deepEqual(recordsOf(first), texts(10))
    assert.deepEqual(recordsOf(second), texts(10))
    await publishTexts(fixture.bus, topic, ['after'])
    const third = await takeMessages(fixture.bus, topic, 'g', 1)
    assert.deepEqual(recordsOf(third), ['after'])
  })

  test('a commit in the middle of a batch is where the next consumer begins', async () => {
    await using fixture = await open()
    const topic = textTopic(1)
    await fixture.bus.createTopics([topic])
    await publishTexts(fixture.bus, topic, texts(10))
    const consumer = fixture.bus.consume(topic, 'g', new AbortController().signal)
    const { loop, batch } = await firstBatch(consumer)
    assert.equal(await consumer.commit([{ partition: 0, offset: 4 }], batch.assignment), true)
    assert.equal(await consumer.commit([{ partition: 9, offset: 4 }], batch.assignment), false)
    await loop.return?.()
    assert.equal(await consumer.commit([batch.next], batch.assignment), false)
    const rest = await takeMessages(fixture.other, topic, 'g', 6)
    assert.deepEqual(recordsOf(rest), texts(10).slice(4))
  })

  test('closing the bus writes what was given to it', async () => {
    await using fixture = await open()
    const topic = textTopic(1)
    await fixture.bus.createTopics([topic])
    const published = publishTexts(fixture.bus, topic, texts(50))
    await fixture.bus[Symbol.asyncDispose]()
    await published
    assert.equal((await fixture.held(topic.name)).length, 50)
    await assert.rejects(publishTexts(fixture.bus, topic, ['late']), { code: 'BUS_REFUSED' })
    await fixture.bus[Symbol.asyncDispose]()
  })

  test('an abort ends the loops that wait for a message', async () => {
    await using fixture = await open()
    const topic = textTopic()
    await fixture.bus.createTopics([topic])
    const stop = new AbortController()
    const consumed: string[] = []
    for await (const delivery of fixture.bus.consume(topic, 'g', stop.signal)) {
      consumed.push(delivery.kind)
      // Its partitions are known, nothing is there: it waits when this fires.
      setImmediate(() => stop.abort())
    }
    assert.deepEqual(consumed, ['assigned'])
    for await (const _ of fixture.bus.consume(topic, 'g', stop.signal)) assert.fail('it had ended')
    for await (const _ of fixture.bus.follow(topic, 0, stop.signal)) assert.fail('it had ended')
  })

  test('closing the bus ends the loops that wait for a message', async () => {
    await using fixture = await open()
    const topic = textTopic()
    await fixture.bus.createTopics([topic])
    let closed: PromiseLike<void> | undefined
    for await (const delivery of fixture.bus.consume(topic, 'g', new AbortController().signal)) {
      assert.equal(delivery.kind, 'assigned')
      closed = fixture.bus[Symbol.asyncDispose]()
    }
    await closed
  })
}

function assertInOrder(messages: readonly Message<unknown>[]): void {
  for (const [index, message] of messages.entries()) {
    const before = messages[index - 1]
    if (!before) continue
    assert.ok(message.offset > before.offset, 'offsets rise')
    assert.ok(message.appendTime >= before.appendTime, 'append times do not fall')
  }
}
