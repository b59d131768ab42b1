import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { publishTexts, recordsOf, takeMessages, texts, textTopic } from '../conformance/fixture.ts'
import type { Lost } from '../lost.ts'
import { createMemoryBus } from '../memory.ts'
import type { Topic } from '../port.ts'

const kibibyte = 1024

/** A bus with a clock that the test sets. */
function openBus(
  settings: { maxTopicBytes?: number; maxControlBytes?: number; keepReadMs?: number } = {},
) {
  const lost: Lost[] = []
  const clock = { ms: 1_000_000 }
  const onLost = (loss: Lost) => void lost.push(loss)
  const bus = createMemoryBus({ ...settings, onLost, now: () => clock.ms })
  const held = (topic: Topic<string>) =>
    bus.messages(topic.name).map(({ bytes }) => Buffer.from(bytes).toString().trimEnd())
  return { bus, lost, clock, held }
}

const padded = (all: readonly string[]) => all.map((text) => text.padEnd(kibibyte))

describe('the memory bus', () => {
  test('stays below its bound and tells each group what it lost', async () => {
    const { bus, lost, held } = openBus({ maxTopicBytes: 10 * 1200 })
    const topic = textTopic(1)
    await publishTexts(bus, topic, padded(texts(4)))
    await takeMessages(bus, topic, 'quick', 4)
    await takeMessages(bus, topic, 'slow', 1, { commits: false })
    assert.deepEqual(lost, [])
    for (const text of padded(texts(8, 'n'))) await publishTexts(bus, topic, [text])
    assert.deepEqual(held(topic), ['m2', 'm3', ...texts(8, 'n')])
    const losses = lost.map(({ group, messages }) => [group, messages])
    assert.deepEqual(losses, [
      ['slow', 1],
      ['slow', 1],
    ])
    const rest = await takeMessages(bus, topic, 'slow', 10)
    assert.equal(rest[0]?.offset, 2, 'it begins with the oldest that is left')
  })

  test('keeps less of the topics of control, which are history that nobody has to read', async () => {
    const { bus, held } = openBus({ maxControlBytes: 2 * 1200 })
    const topic = { ...textTopic(1), name: 'mla.heartbeats' }
    for (const text of padded(texts(5))) await publishTexts(bus, topic, [text])
    assert.deepEqual(held(topic), ['m3', 'm4'])
  })

  test('keeps what was read for a while, and what was not until it is', async () => {
    const { bus, lost, clock, held } = openBus({ keepReadMs: 60_000 })
    const topic = textTopic(1)
    await publishTexts(bus, topic, ['early'])
    await takeMessages(bus, topic, 'g', 1)
    await publishTexts(bus, topic, ['unread'])
    clock.ms += 59_000
    await publishTexts(bus, topic, ['a'])
    assert.deepEqual(held(topic), ['early', 'unread', 'a'])
    clock.ms += 3_600_000
    await publishTexts(bus, topic, ['b'])
    assert.deepEqual(held(topic), ['unread', 'a', 'b'])
    assert.deepEqual(lost, [])
  })

  test("drops what is older than the topic's own retention, read or not", async () => {
    const { bus, lost, clock, held } = openBus()
    const { settings, ...rest } = textTopic(1)
    const topic = { ...rest, settings: { ...settings, retentionMs: 1000 } }
    await takeNothing(bus, topic)
    await publishTexts(bus, topic, ['old', 'older'])
    clock.ms += 1001
    await publishTexts(bus, topic, ['new'])
    assert.deepEqual(held(topic), ['new'])
    assert.deepEqual(lost, [{ topic: topic.name, group: 'g', partition: 0, messages: 2 }])
  })

  test('a compacted topic keeps the newest of each key, and its order', async () => {
    const { bus, held } = openBus()
    const { settings, ...rest } = textTopic(1)
    const topic = { ...rest, settings: { ...settings, cleanup: 'compact' as const } }
    for (let round = 0; round < 500; round++) {
      await bus.publish(
        topic,
        ['a', 'b'].map((key) => ({ key, record: `${key}${round}` })),
      )
    }
    assert.ok(held(topic).length < 120)
    assert.deepEqual(held(topic).slice(-2), ['a499', 'b499'])
    const followed: string[] = []
    for await (const each of bus.follow(topic, 0, new AbortController().signal)) {
      if (each.kind === 'caught-up') break
      followed.push(...recordsOf(each.messages))
    }
    assert.deepEqual(followed, held(topic))
  })

  test('tells what a follower was too slow for', async () => {
    const { bus, lost } = openBus({ maxTopicBytes: 4 * 1200 })
    const topic = textTopic(1)
    await publishTexts(bus, topic, padded(['first']))
    for await (const each of bus.follow(topic, 0, new AbortController().signal)) {
      if (each.kind === 'caught-up') {
        await publishTexts(bus, topic, padded(texts(10)))
        continue
      }
      if (each.messages[0]?.offset === 0) continue
      assert.equal(each.messages[0]?.offset, 7)
      break
    }
    assert.deepEqual(lost, [{ topic: topic.name, group: 'follower', partition: 0, messages: 6 }])
  })

  test('append times never fall, even where the clock does', async () => {
    const { bus, clock } = openBus()
    const topic = textTopic(1)
    await publishTexts(bus, topic, ['a'])
    clock.ms -= 5000
    await publishTexts(bus, topic, ['b'])
    const [a, b] = bus.messages(topic.name)
    assert.equal(a?.appendTime, b?.appendTime)
  })

  test('20,000 messages through 24 partitions come to a group, each once', async () => {
    const { bus } = openBus()
    const topic = textTopic(24)
    const all = texts(20_000)
    for (let at = 0; at < all.length; at += 500) {
      await publishTexts(bus, topic, all.slice(at, at + 500))
    }
    const taken = recordsOf(await takeMessages(bus, topic, 'g', all.length))
    assert.equal(taken.length, all.length)
    assert.equal(new Set(taken).size, all.length)
  })
})

/** Makes a group known that has read nothing. */
async function takeNothing(bus: ReturnType<typeof openBus>['bus'], topic: Topic<string>) {
  for await (const _ of bus.consume(topic, 'g', new AbortController().signal)) break
}
