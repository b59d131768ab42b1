import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandNames, type WorkState, workStates } from '@mla/model'
import { type LifeEvent, newLife, refusalOf, startPatienceMicros, stepLife } from './life-cycle.ts'

const events = {
  init: { kind: 'initialised' },
  start: { kind: 'starting' },
  good: { kind: 'looked', problem: null },
  bad: { kind: 'looked', problem: 'kafka: away' },
  stop: { kind: 'stopping', reason: 'asked' },
  drained: { kind: 'stopped' },
  crash: { kind: 'failed', reason: 'broken' },
} as const satisfies Record<string, LifeEvent>
type Name = keyof typeof events

/** From each state: what each event makes of it; what is left out changes nothing. */
const table: Record<WorkState, Partial<Record<Name, WorkState>>> = {
  INITIALISING: { init: 'STANDBY', crash: 'FAULT' },
  STANDBY: { start: 'STARTING', crash: 'FAULT' },
  STARTING: { good: 'ONLINE', stop: 'STOPPING', crash: 'FAULT' },
  ONLINE: { bad: 'DEGRADED', stop: 'STOPPING', crash: 'FAULT' },
  DEGRADED: { good: 'ONLINE', stop: 'STOPPING', crash: 'FAULT' },
  STOPPING: { drained: 'STANDBY', crash: 'FAULT' },
  FAULT: { start: 'STARTING', drained: 'STANDBY' },
}
for (const state of workStates) {
  for (const name of Object.keys(events) as Name[]) {
    const next = table[state][name] ?? state
    test(`${state} with ${name} is ${next}`, () => {
      const after = stepLife({ state, reason: null, since: 1 }, events[name], 2)
      assert.equal(after.state, next)
      assert.equal(after.since, next === state ? 1 : 2, 'since when it is in this state')
    })
  }
}

/** A life as a story: each event, a second apart, and where it leads. */
const stories: [name: string, story: string][] = [
  ['a day', 'init STANDBY start STARTING bad STARTING good ONLINE stop STOPPING drained STANDBY'],
  ['an outage', 'init STANDBY start STARTING good ONLINE bad DEGRADED good ONLINE'],
  ['a crash', 'init STANDBY start STARTING crash FAULT good FAULT start STARTING good ONLINE'],
  ['a crash while it drains', 'init STANDBY start STARTING stop STOPPING crash FAULT'],
]
for (const [name, story] of stories) {
  test(`${name} goes: ${story}`, () => {
    const words = story.split(' ')
    let life = newLife(0)
    for (let i = 0; i < words.length; i += 2) {
      life = stepLife(life, events[words[i] as Name], i * 1_000_000)
      assert.equal(life.state, words[i + 1], `after ${words[i]}`)
    }
  })
}

test('a start that is hindered for long works as far as it can, and says what is missing', () => {
  const starting = { state: 'STARTING', reason: null, since: 0 } as const
  const patient = stepLife(starting, events.bad, startPatienceMicros)
  assert.deepEqual(patient, { state: 'STARTING', reason: 'kafka: away', since: 0 })
  const late = stepLife(patient, events.bad, startPatienceMicros + 1)
  assert.equal(late.state, 'DEGRADED')
  assert.equal(late.reason, 'kafka: away')
})

test('who waits in STANDBY says what is wrong, and stays', () => {
  const standby = { state: 'STANDBY', reason: null, since: 0 } as const
  assert.deepEqual(stepLife(standby, events.bad, 9), { ...standby, reason: 'kafka: away' })
})

/** What each state allows, in the order PING START STOP RESTART RECONFIGURE SET_LOG_LEVEL. */
const allowed: Record<WorkState, string> = {
  INITIALISING: '+----+',
  STANDBY: '++---+',
  STARTING: '+-++++',
  ONLINE: '+-++++',
  DEGRADED: '+-++++',
  STOPPING: '+----+',
  FAULT: '++++-+',
}
for (const state of workStates) {
  test(`${state} allows ${allowed[state]}, and says why not the others`, () => {
    const refusals = commandNames.map((command) => refusalOf({ state }, command))
    assert.equal(refusals.map((why) => (why === null ? '+' : '-')).join(''), allowed[state])
    for (const why of refusals) assert.ok(why === null || why.includes(state), String(why))
  })
}
