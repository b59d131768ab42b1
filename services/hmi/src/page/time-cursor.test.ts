import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressAt, momentOf, momentTyped, momentWords, speedOf } from './time-cursor.ts'

const moment = Date.parse('2026-11-21T03:00:00Z')
const place = (search: string) => ({ pathname: '/alarms', search, hash: '#view=tree' }) as Location

test('a moment in the address is read back, and the rest of the address stays', () => {
  const there = addressAt(moment, place('?id=Hot'))
  assert.equal(there, '/alarms?id=Hot&at=2026-11-21T03:00:00Z#view=tree')
  assert.equal(momentOf(new URL(there, 'http://hmi').search), moment)
  assert.equal(addressAt(null, place('?at=2026-11-21T03:00:00Z')), '/alarms#view=tree')
})

test('a page is played on at the speed of its address, which ends with the past', () => {
  for (const [search, speed] of [
    ['?at=2026-11-21T03:00:00Z&play=10', 10],
    ['?at=2026-11-21T03:00:00Z&play=7', 0],
    ['?at=2026-11-21T03:00:00Z', 0],
  ] as const) {
    assert.equal(speedOf(search), speed)
  }
  assert.equal(addressAt(null, place('?at=2026-11-21T03:00:00Z&play=10')), '/alarms#view=tree')
  const there = addressAt(moment, place('?at=2026-11-21T02:00:00Z&play=10'))
  assert.equal(speedOf(new URL(there, 'http://hmi').search), 10)
})

test('what is no past moment leaves the page live', () => {
  for (const search of ['', '?at=', '?at=soon', '?at=2999-01-01T00:00:00Z']) {
    assert.equal(momentOf(search), null, search)
  }
})

const now = Date.parse('2026-11-21T03:00:00Z')
const typed: readonly [words: string, moment: string | null][] = [
  ['2026-11-20 22:15', '2026-11-20T22:15:00Z'],
  ['2026-11-20T22:15:30Z', '2026-11-20T22:15:30Z'],
  ['2026-11-20', '2026-11-20T00:00:00Z'],
  ['2:59', '2026-11-21T02:59:00Z'],
  ['22:15', '2026-11-20T22:15:00Z'],
  ['-90m', '2026-11-21T01:30:00Z'],
  ['-1.5h', '2026-11-21T01:30:00Z'],
  ['-1d', '2026-11-20T03:00:00Z'],
  ['25:99', null],
  ['2026-13-01', null],
  ['yesterday', null],
]
for (const [words, moment] of typed) {
  test(`"${words}" is ${moment ?? 'no moment'}`, () => {
    const found = momentTyped(words, now)
    assert.equal(found, moment === null ? null : Date.parse(moment))
    if (found !== null) assert.equal(momentTyped(momentWords(found), now), found)
  })
}
