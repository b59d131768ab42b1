import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextSequence, turnOf } from './sequence.ts'

const cases: [what: string, last: number, sequence: number, keepAlive: boolean, turn: string][] = [
  ['the first message ever', 0, 1, false, 'next'],
  ['the first seen of a subscription that was running', 0, 77, false, 'next'],
  ['the next', 5, 6, false, 'next'],
  ['the last once more', 5, 5, false, 'seen'],
  ['an old one', 5, 2, false, 'seen'],
  ['one with two missing before it', 5, 8, false, 'early'],
  ['a keep-alive that announces the next', 5, 6, true, 'next'],
  ['a keep-alive of a server that repeats the last number', 5, 5, true, 'next'],
  ['a keep-alive after a message that never came', 5, 7, true, 'early'],
  ['the first after the last number there is', 0xffffffff, 1, false, 'next'],
  ['one across the last number', 0xfffffffe, 0xffffffff, false, 'next'],
]

for (const [what, last, sequence, keepAlive, turn] of cases) {
  test(`a message is in turn or not: ${what}`, () => {
    assert.equal(turnOf(last, sequence, keepAlive).turn, turn)
  })
}

test('a message that is early names what is missing', () => {
  assert.deepEqual(turnOf(5, 8, false), { turn: 'early', from: 6, missing: 2 })
})

test('sequence numbers begin again at 1', () => {
  assert.deepEqual([1, 0xfffffffe, 0xffffffff].map(nextSequence), [2, 0xffffffff, 1])
})
