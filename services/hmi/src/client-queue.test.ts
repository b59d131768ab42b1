import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClientQueue } from './client-queue.ts'
import { sampleOf } from './hmi.fixture.ts'

/** What goes in (point and value; the value is its time too) and `.` for "take two"; what comes out. */
const stories: [name: string, bound: number, events: string, taken: string][] = [
  ['nothing', 3, '..', '|'],
  ['all in order', 3, 'a1 b2 . a3 .', 'a1 b2|a3'],
  ['no more than asked at a time', 9, 'a1 b2 a3 . a4 .', 'a1 b2|a3 a4'],
  ['the newest of each beyond the bound', 2, 'a1 b2 a3 . ', 'a3+1 b2'],
  ['folds on until all is taken', 2, 'a1 b2 a3 c4 . c5 . d6 .', 'a3+1 b2|c5+1|d6'],
  ['what is late does not shadow the newest', 1, 'a5 a4 a3 .', 'a5+2'],
  ['everything again after it caught up', 1, 'a1 a2 . a3 .', 'a2+1|a3'],
]

for (const [name, bound, events, expected] of stories) {
  test(`a client's queue gives ${name}`, () => {
    const queue = createClientQueue(bound)
    const taken: string[] = []
    for (const event of events.replaceAll('..', '. .').trim().split(/\s+/)) {
      if (event !== '.') queue.push(sampleOf(event.charAt(0), Number(event.slice(1)), event))
      else {
        const samples = queue.take(2)
        taken.push(
          samples.map(({ value, missed }) => `${value}${missed ? `+${missed}` : ''}`).join(' '),
        )
      }
    }
    assert.equal(taken.join('|'), expected)
    assert.equal(queue.size, 0)
  })
}

test("a client's queue never holds more than its bound and one of each point", () => {
  const queue = createClientQueue(10)
  for (let i = 0; i < 1000; i++) {
    queue.push(sampleOf(`p${i % 7}`, i, i))
    assert.ok(queue.size <= 10)
  }
  const missed = queue.take(100).reduce((sum, sample) => sum + 1 + (sample.missed ?? 0), 0)
  assert.equal(missed, 1000)
})
