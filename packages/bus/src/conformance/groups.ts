import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bus, Topic } from '../port.ts'
import {
  firstBatch,
  type OpenFixture,
  publishTexts,
  recordsOf,
  takeMessages,
  texts,
  textTopic,
} from './fixture.ts'

/** Groups, sharing of partitions, and the pull. */
export function describeGroups(open: OpenFixture): void {
  test('each of two groups gets everything', async () => {
    await using fixture = await open()
    const topic = textTopic()
    await fixture.bus.createTopics([topic])
    await publishTexts(fixture.bus, topic, texts(30))
    const [one, two] = await Promise.all([
      takeMessages(fixture.bus, topic, 'one', 30),
      takeMessages(fixture.other, topic, 'two', 30),
    ])
    assert.deepEqual([...recordsOf(one)].sort(), [...texts(30)].sort())
    assert.deepEqual([...recordsOf(two)].sort(), [...texts(30)].sort())
  })

  test('one group reads two topics without mixing them up', async () => {
    await using fixture = await open()
    const [one, two] = [textTopic(2), textTopic(4)]
    await fixture.bus.createTopics([one, two])
    await publishTexts(fixture.bus, one, texts(20, 'one'))
    await publishTexts(fixture.bus, two, texts(20, 'two'))
    const [fromOne, fromTwo] = await Promise.all([
      takeMessages(fixture.bus, one, 'g', 20),
      takeMessages(fixture.bus, two, 'g', 20),
    ])
    assert.deepEqual([...recordsOf(fromOne)].sort(), [...texts(20, 'one')].sort())
    assert.deepEqual([...recordsOf(fromTwo)].sort(), [...texts(20, 'two')].sort())
  })

  test('a loop that holds a batch is not given, and nothing is decoded for it, ahead', async () => {
    await using fixture = await open()
    let decoded = 0
    const topic = textTopic(4)
    const counted = { ...textTopic(4, { decoded: () => decoded++ }), name: topic.name }
    await fixture.bus.createTopics([topic])
    const large = texts(100).map((text) => text.padEnd(50_000, '.'))
    await publishTexts(fixture.bus, topic, large)
    const consumer = fixture.bus.consume(counted, 'slow', new AbortController().signal)
    const { loop, batch } = await firstBatch(consumer)
    const before = decoded
    // While one holds its batch another group reads everything, so there was time to run ahead.
    await takeMessages(fixture.other, topic, 'quick', 100)
    assert.equal(decoded, before)
    assert.equal(before, batch.messages.length)
    assert.ok(batch.messages.length < 100)
    assert.ok(consumer.lag > 0)
    await loop.return?.()
    assert.equal(consumer.lag, 0)
  })

  test('a second consumer joins in the middle of a batch: nothing is lost', async () => {
    await using fixture = await open()
    const topic = textTopic(4)
    await fixture.bus.createTopics([topic])
    const all = texts(400)
    await publishTexts(fixture.bus, topic, all)
    const stop = new AbortController()
    const done = new Set<string>()
    const first = fixture.bus.consume(topic, 'g', stop.signal)
    const { loop, batch } = await firstBatch(first)

    const joined = Promise.withResolvers<readonly number[]>()
    const second = work(fixture.other, topic, stop.signal, (kind, records, partitions) => {
      if (kind === 'assigned' && partitions.length > 0) joined.resolve(partitions)
      for (const record of records) done.add(record)
      if (done.size === all.length) stop.abort()
    })
    const partitions = await joined.promise
    assert.ok(partitions.length < 4, 'the partitions are shared')
    const committed = await first.commit([batch.next], batch.assignment)
    assert.equal(committed, false, 'the assignment is over')
    for (;;) {
      const { done: ended, value } = await loop.next()
      if (ended) break
      if (value.kind === 'assigned') {
        assert.ok(value.assignment > batch.assignment)
        continue
      }
      if (!(await first.commit([value.next], value.assignment))) continue
      for (const record of recordsOf(value.messages)) done.add(record)
      if (done.size === all.length) stop.abort()
    }
    await second
    assert.deepEqual([...done].sort(), [...all].sort())

    const marks = [0, 1, 2, 3].map((partition) => ({ key: 'mark', partition, record: 'mark' }))
    await fixture.bus.publish(topic, marks)
    const after = await takeMessages(fixture.bus, topic, 'g', 4)
    assert.deepEqual(recordsOf(after), ['mark', 'mark', 'mark', 'mark'])
  })
}

/** Consumes and commits until aborted; tells of records only once they are committed. */
async function work(
  bus: Bus,
  topic: Topic<string>,
  signal: AbortSignal,
  tell: (kind: string, records: readonly string[], partitions: readonly number[]) => void,
): Promise<void> {
  const consumer = bus.consume(topic, 'g', signal)
  for await (const delivery of consumer) {
    if (delivery.kind === 'assigned') tell('assigned', [], delivery.partitions)
    else if (await consumer.commit([delivery.next], delivery.assignment)) {
      tell('batch', recordsOf(delivery.messages), [])
    }
  }
}
