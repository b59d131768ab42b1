import assert from 'node:assert/strict'
import { test } from 'node:test'
import { microsPerDay } from '@mla/model'
import { isKeptDay, isTrueRollup } from './kept-days.ts'

const now = 100 * microsPerDay + 1

const days: [retention: number | null, day: number, kept: boolean][] = [
  [null, 0, true],
  [10, 99, true],
  [10, 92, true],
  [10, 91, false],
  [10, 80, false],
]
for (const [retention, day, kept] of days) {
  test(`day ${day} of 100, kept for ${retention} days, is ${kept ? 'there' : 'over'}`, () => {
    assert.equal(isKeptDay(retention, day, now, 2), kept)
  })
}

const rollup = { className: 'standard', asOf: '0:7' }
const rollups: [
  what: string,
  change: Parameters<typeof isTrueRollup>[1],
  kept: boolean,
  truth: boolean,
][] = [
  ['that knows all samples', { className: 'standard', asOf: '0:7' }, true, true],
  ['that misses a late sample', { className: 'standard', asOf: '0:8' }, true, false],
  [
    'whose day is over, with a sample that came later',
    { className: 'standard', asOf: '0:8' },
    false,
    true,
  ],
  ['of another class', { className: 'long', asOf: '0:7' }, true, false],
  ['of another class, whose day is over', { className: 'long', asOf: '0:7' }, false, false],
  ['of a day that is not known', undefined, false, false],
]
for (const [what, change, kept, truth] of rollups) {
  test(`a rollup ${what} is ${truth ? 'answered' : 'not answered'}`, () => {
    assert.equal(isTrueRollup(rollup, change, kept), truth)
  })
}
