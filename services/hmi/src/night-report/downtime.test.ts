import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ArchivedTransition } from '@mla/archive'
import { downtimeOf } from './downtime.ts'

const second = 1_000_000
const set = (alarm: string, at: number, to = 'SET_UNACK', priority = 'HIGH'): ArchivedTransition =>
  ({ alarm, time: at * second, from: null, to, priority }) as ArchivedTransition

/** Each is a night of 100 s: what was before, what happened, the causes and the whole. */
const nights: readonly [
  name: string,
  before: ArchivedTransition[],
  happened: ArchivedTransition[],
  causes: string[],
  seconds: number,
][] = [
  ['a quiet night has none', [], [], [], 0],
  [
    'an alarm counts while it is set, acknowledged or not',
    [],
    [set('A', 10), set('A', 20, 'SET_ACK'), set('A', 30, 'CLEAR_ACK'), set('A', 50)],
    ['A 2 70 50 HIGH'],
    70,
  ],
  [
    'one that was set before and stays is the whole night',
    [set('A', -9)],
    [],
    ['A 1 100 100 HIGH'],
    100,
  ],
  [
    'two at once are one downtime, with two causes',
    [],
    [set('A', 10), set('B', 20), set('A', 30, 'CLEAR_UNACK'), set('B', 60, 'CLEAR_UNACK')],
    ['B 1 40 40 HIGH', 'A 1 20 20 HIGH'],
    50,
  ],
  [
    'what is low stops nobody, and what becomes critical is that',
    [],
    [
      set('A', 10, 'SET_UNACK', 'LOW'),
      set('A', 40),
      set('A', 50, 'SET_UNACK', 'CRITICAL'),
      set('A', 60, 'SET_UNACK', 'MEDIUM'),
    ],
    ['A 1 20 20 CRITICAL'],
    20,
  ],
]
for (const [name, before, happened, causes, seconds] of nights) {
  test(name, () => {
    const found = downtimeOf(before, happened, 0, 100 * second)
    const words = found.causes.map(({ alarm, count, seconds: all, longestSeconds, priority }) =>
      [alarm, count, all, longestSeconds, priority].join(' '),
    )
    assert.deepEqual({ causes: words, seconds: found.seconds }, { causes, seconds })
  })
}
