import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Heartbeat } from '@mla/model'
import { createRoster } from './roster.ts'

const beat = (component: string, more: Partial<Heartbeat> = {}): Heartbeat => ({
  ...{ component, name: component, subsystem: 'mon', host: 'h', version: '1', time: 0, started: 0 },
  ...{ intervalMs: 2000, state: 'ONLINE', reason: null, since: 0, isWanted: true, hasEnded: false },
  ...{ cpuPercent: 0, memoryBytes: 0, logLevel: 'info', figures: [] },
  ...{ configuration: null, configurationProblem: null },
  ...more,
})
const second = 1e6

test('who is silent while others are heard is lost, with what it was', () => {
  const roster = createRoster()
  roster.hear(beat('a', { state: 'DEGRADED', reason: 'kafka: away' }), second)
  roster.hear(beat('b'), 9 * second)
  assert.equal(roster.of('a')?.state, 'DEGRADED')
  roster.hear(beat('b'), 10 * second)
  const lost = roster.of('a')
  assert.equal(lost?.state, 'LOST')
  assert.equal(lost?.since, second, 'lost since it was heard last')
  assert.match(lost?.reason ?? '', /it was DEGRADED: kafka: away/)
  roster.hear(beat('a'), 11 * second)
  assert.equal(roster.of('a')?.state, 'ONLINE')
})

test('where nobody is heard any more, the bus is away and nobody is lost', () => {
  const roster = createRoster()
  for (const one of ['b', 'a']) roster.hear(beat(one), second)
  assert.deepEqual(
    roster.list().map(({ component, state }) => [component, state]),
    [
      ['a', 'ONLINE'],
      ['b', 'ONLINE'],
    ],
  )
})

test('who ends in order is lost at once, with that reason, and forgotten in the end', () => {
  const roster = createRoster()
  roster.hear(beat('a', { hasEnded: true }), second)
  assert.match(roster.of('a')?.reason ?? '', /ended, in order/)
  roster.hear(beat('b'), 3602 * second)
  assert.equal(roster.of('a'), undefined)
})

test('who is lost is no longer missed once another instance of its service has begun after it', () => {
  const roster = createRoster()
  const named = (component: string, more: Partial<Heartbeat> = {}) =>
    beat(component, { name: 'dispatcher', ...more })
  roster.hear(named('dispatcher@a', { hasEnded: true }), 5 * second)
  roster.hear(named('dispatcher@b', { started: 1 * second }), 6 * second)
  const states = () => roster.list().map(({ component, state }) => `${component} ${state}`)
  assert.deepEqual(states(), ['dispatcher@a LOST', 'dispatcher@b ONLINE'], 'b ran all the time')
  roster.hear(named('dispatcher@c', { started: 7 * second }), 8 * second)
  assert.deepEqual(states(), ['dispatcher@b ONLINE', 'dispatcher@c ONLINE'])
})
