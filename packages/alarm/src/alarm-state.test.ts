import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AlarmState,
  acknowledge,
  alarmOf,
  alarmStates,
  clear,
  defaultPolicy,
  initialAlarm,
  parseAlarm,
  parsePriority,
  raise,
  unacknowledge,
} from './alarm-state.ts'

/** What becomes of each state when it is set, cleared, acknowledged, unacknowledged; not latching. */
const table: readonly (readonly [AlarmState, ...AlarmState[]])[] = [
  ['CLEAR_ACK', 'SET_UNACK', 'CLEAR_ACK', 'CLEAR_ACK', 'CLEAR_ACK', 'CLEAR_ACK'],
  ['CLEAR_UNACK', 'SET_UNACK', 'CLEAR_UNACK', 'CLEAR_ACK', 'CLEAR_UNACK', 'CLEAR_ACK'],
  ['SET_UNACK', 'SET_UNACK', 'CLEAR_UNACK', 'SET_ACK', 'SET_UNACK', 'CLEAR_ACK'],
  ['SET_ACK', 'SET_ACK', 'CLEAR_ACK', 'SET_ACK', 'SET_UNACK', 'CLEAR_ACK'],
]

test('every state goes where IAS lets it go, and back where operators take it', () => {
  for (const [state, ...expected] of table) {
    const alarm = alarmOf(state, 'HIGH')
    const next = [
      raise(alarm, 'HIGH', defaultPolicy),
      clear(alarm, defaultPolicy),
      acknowledge(alarm),
      unacknowledge(alarm),
      clear(alarm, { ...defaultPolicy, latching: false }),
    ]
    assert.deepEqual(
      next.map((one) => one.state),
      expected,
      state,
    )
    assert.ok(next.every(({ priority }) => priority === 'HIGH'))
  }
})

test('an acknowledged alarm calls again only when it becomes more urgent', () => {
  const seen = alarmOf('SET_ACK', 'MEDIUM')
  assert.equal(raise(seen, 'LOW', defaultPolicy).text, 'SET_ACK:LOW')
  assert.equal(raise(seen, 'MEDIUM', defaultPolicy).text, 'SET_ACK:MEDIUM')
  assert.equal(raise(seen, 'CRITICAL', defaultPolicy).text, 'SET_UNACK:CRITICAL')
  assert.equal(raise(seen, 'CRITICAL', { latching: true, reAlarm: false }).text, 'SET_ACK:CRITICAL')
})

test('equal alarms are the same one, and texts are those of IAS', () => {
  for (const state of alarmStates) {
    assert.equal(parseAlarm(`${state}:LOW`), alarmOf(state, 'LOW'))
  }
  assert.equal(initialAlarm().text, 'CLEAR_ACK:MEDIUM')
  for (const text of [
    '',
    ':',
    'CLEARED',
    'SET_HIGH',
    'SET_UNACK',
    'SET_UNACK:',
    'SET_UNACK:HIGH:X',
  ]) {
    assert.equal(parseAlarm(text), null, text)
  }
  assert.equal(parsePriority('SET_CRITICAL'), 'CRITICAL')
  assert.equal(parsePriority('CLEARED'), null)
})
