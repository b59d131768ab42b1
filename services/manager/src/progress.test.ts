import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memberOf } from './manager.fixture.ts'
import { type Progress, progressOf } from './progress.ts'

/** Second by second: state, received and lag; and for how long it has not come further. */
const stories: [
  name: string,
  story: [state: 'ONLINE' | 'DEGRADED', number, number][],
  s: number,
][] = [
  ['work is done', [1, 2, 3, 4].map((n) => ['ONLINE', n, 10]), 0],
  ['nothing comes in', [1, 1, 1, 1].map((n) => ['ONLINE', n, 0]), 0],
  ['input waits, nothing is taken', [1, 1, 1, 1].map((n) => ['ONLINE', n, 10]), 3],
  ['it says itself what hinders it', [1, 1, 1, 1].map((n) => ['DEGRADED', n, 10]), 0],
  [
    'it takes some at last',
    [
      ['ONLINE', 1, 9],
      ['ONLINE', 1, 9],
      ['ONLINE', 2, 9],
      ['ONLINE', 2, 9],
    ],
    1,
  ],
]
for (const [name, story, seconds] of stories) {
  test(`${name}: no progress for ${seconds} s`, () => {
    let progress: Progress | undefined
    story.forEach(([state, received, lag], now) => {
      const figures = [
        { name: 'received', value: received },
        { name: 'lag', value: lag },
      ]
      progress = progressOf(progress, memberOf('a@x', state, { figures }), now)
    })
    assert.equal(story.length - 1 - (progress?.since ?? Number.NaN), seconds)
  })
}

test('who does not say how much waits is never stuck', () => {
  const silent = memberOf('a@x', 'ONLINE')
  const progress = progressOf({ received: 0, since: 0 }, silent, 99)
  assert.equal(progress.since, 99)
})
