import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '@mla/model'
import { commandLifeMicros, judge, objectionTo } from './judge.ts'

const address = { component: 'mon-dispatcher@a', name: 'mon-dispatcher', subsystem: 'mon' }
const noon = 1_790_000_000_000_000
const command: Command = {
  ...{ id: '1', time: noon, target: 'all', command: 'PING', params: [], by: 'anna', term: null },
}
const terms = new Map([['mon-manager', 7]])

/** A command, how old it is in seconds, and what becomes of it. */
const cases: [change: Partial<Command>, ageS: number, outcome: RegExp][] = [
  [{ target: 'mon-dispatcher@a' }, 0, /^due$/],
  [{ target: 'mon-dispatcher' }, 0, /^due$/],
  [{ target: 'mon' }, 0, /^due$/],
  [{ target: 'all' }, 0, /^due$/],
  [{ target: 'mon-dispatcher@b' }, 0, /^not mine$/],
  [{ target: 'log' }, 0, /^not mine$/],
  [{}, 30, /^due$/],
  [{}, 31, /31 s ago.*again/],
  [{}, -31, /31 s in the future.*clocks/],
  [{ target: 'log' }, 31, /^not mine$/],
  [{ command: 'UNKNOWN' }, 0, /does not know/],
  [{ by: 'mon-manager@x', term: 7 }, 0, /^due$/],
  [{ by: 'mon-manager@x', term: 8 }, 0, /^due$/],
  [{ by: 'mon-manager@x', term: 6 }, 0, /mon-manager@x has been replaced/],
  [{ by: 'log-manager@x', term: 6 }, 0, /^due$/],
]
for (const [change, ageS, outcome] of cases) {
  test(`${JSON.stringify(change)} ${ageS} s later: ${outcome.source}`, () => {
    const verdict = judge({ ...command, ...change }, address, terms, noon + ageS * 1e6)
    assert.match(verdict.kind === 'refused' ? verdict.message : verdict.kind, outcome)
  })
}
assert.equal(commandLifeMicros, 30e6)

const online = { state: 'ONLINE', reason: null, since: 0 } as const
test('who stays online refuses to be stopped, with the reason, and does the rest', () => {
  const why = 'operators need it'
  for (const name of ['STOP', 'START', 'RESTART'] as const) {
    assert.equal(objectionTo(name, [], online, why), why)
  }
  assert.equal(objectionTo('PING', [], online, why), null)
  assert.equal(objectionTo('RECONFIGURE', [], online, why), null)
})

test('a level that does not exist is refused with those that do', () => {
  assert.equal(objectionTo('SET_LOG_LEVEL', ['debug'], online, null), null)
  assert.match(objectionTo('SET_LOG_LEVEL', ['loud'], online, null) ?? '', /"loud".*debug, info/)
  assert.match(objectionTo('SET_LOG_LEVEL', [], online, null) ?? '', /"" is no level/)
})
