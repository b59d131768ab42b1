import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type OpenFixture, publishTexts, takeMessages, texts, textTopic } from './fixture.ts'

/** Reading without a group: history, the moment of the present, then live. */
export function describeFollowers(open: OpenFixture): void {
  test('a follower gets the history, learns once that it caught up, and then what comes', async () => {
    await using fixture = await open()
    const topic = textTopic()
    await fixture.bus.createTopics([topic])
    await publishTexts(fixture.bus, topic, texts(30, 'old'))
    const stop = new AbortController()
    const story: string[] = []
    for await (const followed of fixture.bus.follow(topic, 0, stop.signal)) {
      if (followed.kind === 'caught-up') {
        story.push('caught-up')
        await publishTexts(fixture.other, topic, texts(30, 'new'))
        continue
      }
      story.push(...followed.messages.map(({ record }) => record))
      if (story.length === 61) stop.abort()
    }
    assert.deepEqual(story.slice(0, 30).sort(), [...texts(30, 'old')].sort())
    assert.equal(story[30], 'caught-up')
    assert.deepEqual(story.slice(31).sort(), [...texts(30, 'new')].sort())
  })

  test('a follower of an empty topic has caught up at once', async () => {
    await using fixture = await open()
    const topic = textTopic()
    await fixture.bus.createTopics([topic])
    for await (const followed of fixture.bus.follow(topic, 0, new AbortController().signal)) {
      assert.equal(followed.kind, 'caught-up')
      break
    }
  })

  test('a follower begins with the first message at or after its time', async () => {
    await using fixture = await open()
    const topic = textTopic(1)
    await fixture.bus.createTopics([topic])
    await publishTexts(fixture.bus, topic, ['before'])
    const [first] = await takeMessages(fixture.bus, topic, 'g', 1)
    const since = (first?.appendTime ?? 0) + 1000
    // The log's clock must have moved on before the next one is appended.
    while (Date.now() * 1000 <= since) await new Promise((resolve) => setTimeout(resolve, 1))
    await publishTexts(fixture.bus, topic, ['after'])
    const found: string[] = []
    for await (const followed of fixture.bus.follow(topic, since, new AbortController().signal)) {
      if (followed.kind === 'caught-up') break
      found.push(...followed.messages.map(({ record }) => record))
    }
    assert.deepEqual(found, ['after'])
  })

  test('two followers and a group do not disturb each other', async () => {
    await using fixture = await open()
    const topic = textTopic()
    await fixture.bus.createTopics([topic])
    await publishTexts(fixture.bus, topic, texts(20))
    const follow = async (bus: typeof fixture.bus): Promise<number> => {
      let count = 0
      for await (const followed of bus.follow(topic, 0, new AbortController().signal)) {
        if (followed.kind === 'caught-up') break
        count += followed.messages.length
      }
      return count
    }
    const [one, two, taken] = await Promise.all([
      follow(fixture.bus),
      follow(fixture.other),
      takeMessages(fixture.bus, topic, 'g', 20),
    ])
    assert.deepEqual([one, two, taken.length], [20, 20, 20])
  })
}
