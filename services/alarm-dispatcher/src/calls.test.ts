import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WireIasio } from '@mla/model'
import { type Call, createCalls } from './calls.ts'
import { wireAt } from './wire.fixture.ts'

const second = 1_000_000
const rules = { mail: ['a@b.c'], command: null, delay: 10 * second }

/** What is told at which second; each wire comes at its time, and time passes second by second. */
function toldOf(
  lines: readonly (readonly [second: number, value: string, more?: Partial<WireIasio>])[],
  last: number,
): string[] {
  const calls = createCalls(() => rules)
  const told: string[] = []
  const tell = (all: readonly Call[], at: number) => {
    for (const { wire } of all) told.push(`${at}: ${wire.value}`)
  }
  let isFirst = true
  for (let at = 0; at <= last; at++) {
    for (const [when, value, more] of lines) {
      if (when !== at) continue
      tell(calls.take(wireAt(at, value, more), isFirst, at * second), at)
      isFirst = false
    }
    tell(calls.due(at * second), at)
  }
  return told
}

test('people are told after the delay, of more urgency, and of the end; not of acknowledgements', () => {
  const setSince = 5 * second
  const told = toldOf(
    [
      [1, 'CLEAR_ACK:HIGH'],
      [5, 'SET_UNACK:HIGH', { setSince }],
      [20, 'SET_ACK:HIGH', { setSince }],
      [25, 'SET_UNACK:CRITICAL', { setSince }],
      [30, 'CLEAR_UNACK:CRITICAL', { setSince }],
      [35, 'CLEAR_ACK:CRITICAL', { setSince }],
    ],
    40,
  )
  assert.deepEqual(told, [
    '15: SET_UNACK:HIGH',
    '25: SET_UNACK:CRITICAL',
    '30: CLEAR_UNACK:CRITICAL',
  ])
})

test('what clears within the delay is not told', () => {
  const lines = [
    [1, 'SET_UNACK:HIGH', { setSince: second }],
    [9, 'CLEAR_UNACK:HIGH'],
  ] as const
  assert.deepEqual(toldOf(lines, 30), [])
})

test('shelved alarms and equipment in maintenance are not told; what comes off its shelf is', () => {
  const setSince = second
  assert.deepEqual(toldOf([[1, 'SET_UNACK:LOW', { setSince, mode: 'MAINTENANCE' }]], 30), [])
  const shelved = { setSince, annunciation: 'SHELVED' }
  const lines = [
    [1, 'SET_UNACK:LOW', shelved],
    [20, 'SET_UNACK:LOW', { setSince }],
  ] as const
  assert.deepEqual(toldOf(lines, 30), ['20: SET_UNACK:LOW'])
})

test('who begins tells nobody again of what was set before, but of its end', () => {
  const setSince = -60 * second
  const lines = [
    [1, 'SET_ACK:LOW', { setSince, isChange: false }],
    [20, 'CLEAR_ACK:LOW', { setSince }],
  ] as const
  assert.deepEqual(toldOf(lines, 30), ['20: CLEAR_ACK:LOW'])
  const young = [[1, 'SET_UNACK:LOW', { setSince: -5 * second, isChange: false }]] as const
  assert.deepEqual(toldOf(young, 30), ['5: SET_UNACK:LOW'], 'its delay is not over')
})
