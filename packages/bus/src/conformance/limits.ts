import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadTwinOf } from '../dead-letter.ts'
import { type OpenFixture, publishTexts, recordsOf, takeMessages, textTopic } from './fixture.ts'

const mebibyte = 1024 * 1024

/** Poison, large messages, and what is refused. */
export function describeLimits(open: OpenFixture): void {
  test('poison goes to the dead topic with its bytes and reason; the others go on', async () => {
    await using fixture = await open()
    const topic = textTopic(1)
    await fixture.bus.createTopics([topic])
    const records = ['one', 'poison-1', 'two', 'poison-2', 'three']
    await publishTexts(fixture.bus, topic, records)
    const taken = await takeMessages(fixture.bus, topic, 'g', 3)
    assert.deepEqual(recordsOf(taken), ['one', 'two', 'three'])
    assert.deepEqual(
      taken.map(({ offset }) => offset),
      [0, 2, 4],
    )
    const dead = await fixture.held(deadTwinOf(topic).name)
    assert.deepEqual(
      dead.map(({ key, bytes }) => [key, Buffer.from(bytes).toString()]),
      [
        ['poison-1', 'poison-1'],
        ['poison-2', 'poison-2'],
      ],
    )
    const { time, ...headers } = dead[0]?.headers ?? {}
    const where = { topic: topic.name, partition: '0', offset: '1' }
    assert.deepEqual(headers, { ...where, code: 'DECODE_FAILED', reason: 'it is poison-1' })
    assert.ok(Date.parse(time ?? '') > Date.now() - 3_600_000)
    assert.deepEqual(
      fixture.deadLetters.map(({ offset, code }) => [offset, code]),
      [
        [1, 'DECODE_FAILED'],
        [3, 'DECODE_FAILED'],
      ],
    )
  })

  test('a batch of nothing but poison is passed over with its position', async () => {
    await using fixture = await open()
    const topic = textTopic(1)
    await fixture.bus.createTopics([topic])
    await publishTexts(fixture.bus, topic, ['poison-1', 'poison-2'])
    const consumer = fixture.bus.consume(topic, 'g', new AbortController().signal)
    for await (const delivery of consumer) {
      if (delivery.kind === 'assigned') continue
      assert.deepEqual(delivery.messages, [])
      if (delivery.next.offset < 2) continue
      assert.equal(await consumer.commit([delivery.next], delivery.assignment), true)
      break
    }
    await publishTexts(fixture.bus, topic, ['good'])
    assert.deepEqual(recordsOf(await takeMessages(fixture.bus, topic, 'g', 1)), ['good'])
    assert.equal(fixture.deadLetters.length, 2)
  })

  test('messages of 4 MiB pass, alone and several at once', async () => {
    await using fixture = await open()
    const topic = textTopic(2)
    await fixture.bus.createTopics([topic])
    const large = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(4 * mebibyte))
    const records = large.map((record, index) => ({
      key: `${index}`,
      partition: index % 2,
      record,
    }))
    await fixture.bus.publish(topic, records.slice(0, 1))
    await fixture.bus.publish(topic, records.slice(1))
    const taken = await takeMessages(fixture.bus, topic, 'g', 5)
    assert.deepEqual(
      recordsOf(taken)
        .map((text) => [text[0], text.length])
        .sort(),
      ['a', 'b', 'c', 'd', 'e'].map((letter) => [letter, 4 * mebibyte]),
    )
  })

  test('what is too large, or for no partition, is refused and nothing of it is written', async () => {
    await using fixture = await open()
    const topic = textTopic(1, { maxMessageBytes: 100_000 })
    await fixture.bus.createTopics([topic])
    const large = fixture.bus.publish(topic, [
      { key: 'a', record: 'small' },
      { key: 'b', record: 'x'.repeat(100_001) },
    ])
    await assert.rejects(large, { code: 'BUS_REFUSED' })
    const astray = fixture.bus.publish(topic, [{ key: 'a', partition: 1, record: 'small' }])
    await assert.rejects(astray, { code: 'BUS_REFUSED' })
    await publishTexts(fixture.bus, topic, ['next'])
    assert.deepEqual(recordsOf(await takeMessages(fixture.bus, topic, 'g', 1)), ['next'])
  })

  test('topics that are there already are left with what is in them', async () => {
    await using fixture = await open()
    const topic = textTopic(2)
    await fixture.bus.createTopics([topic])
    await publishTexts(fixture.bus, topic, ['kept'])
    await fixture.other.createTopics([topic])
    assert.deepEqual(recordsOf(await takeMessages(fixture.bus, topic, 'g', 1)), ['kept'])
    await fixture.bus.ping()
  })
}
