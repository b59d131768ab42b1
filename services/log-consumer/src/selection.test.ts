import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRule } from '@mla/cdb'
import { type Priority, rankOf } from '@mla/model'
import { createSelection } from './selection.ts'

const rule = (change: Partial<LogRule>): LogRule => ({
  ...{ sources: null, audiences: null, archive: null, live: null },
  ...change,
})

type Case = readonly [
  title: string,
  rules: readonly LogRule[],
  record: readonly [source: string, audience: string | null, priority: Priority],
  verdict: readonly [archive: boolean, live: boolean],
]
const cases: readonly Case[] = [
  ['without rules everything goes on', [], ['a', null, 'TRACE'], [true, true]],
  ['a source', [rule({ sources: ['a'], live: 'INFO' })], ['a', null, 'DEBUG'], [true, false]],
  ['its part', [rule({ sources: ['a'], live: 'INFO' })], ['a/b', null, 'DEBUG'], [true, false]],
  ['not another', [rule({ sources: ['a'], live: 'INFO' })], ['ab', null, 'DEBUG'], [true, true]],
  ['a pattern', [rule({ sources: ['a*'], archive: 'off' })], ['ab', null, 'ALERT'], [false, true]],
  [
    'an audience in any case',
    [rule({ audiences: ['developer'], live: 'off' })],
    ['a', 'Developer', 'ERROR'],
    [true, false],
  ],
  [
    'no audience is none of them',
    [rule({ audiences: ['developer'], live: 'off' })],
    ['a', null, 'ERROR'],
    [true, true],
  ],
  [
    'the first rule that says something of it counts, for each by itself',
    [
      rule({ sources: ['a'], archive: 'DEBUG' }),
      rule({ archive: 'ERROR', live: 'ERROR' }),
      rule({ live: 'TRACE' }),
    ],
    ['a', null, 'INFO'],
    [true, false],
  ],
]
for (const [title, rules, [source, audience, priority], [archive, live]] of cases) {
  test(`a selection: ${title}`, () => {
    const verdict = createSelection(rules).of(source, audience, rankOf(priority))
    assert.deepEqual(verdict, { archive, live })
  })
}
