import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ComponentStatus } from '@mla/control'
import { declared, memberOf } from './manager.fixture.ts'
import { inStartOrder, planSteps } from './plan.ts'

const letters: Readonly<Record<string, ComponentStatus['state']>> = {
  o: 'ONLINE',
  d: 'DEGRADED',
  s: 'STANDBY',
  S: 'STARTING',
  T: 'STOPPING',
  f: 'FAULT',
  L: 'LOST',
}

/** The states of dispatcher, collector and prober (which need each other in this order), what is
 * wanted in the order of saying it, and the steps that this asks for. */
const cases: [name: string, states: string, wanted: string, steps: string][] = [
  ['all is well', 'ooo', '', ''],
  ['all wait: the first starts', 'sss', '', 'START dispatcher'],
  ['one starts: the next waits', 'Sss', '', ''],
  ['the first is there: the next starts', 'oss', '', 'START collector'],
  ['one that works in part is there, too', 'dss', '', 'START collector'],
  ['a lost one holds nobody up', 'Lss', '', 'START collector'],
  ['a broken one holds up who needs it', 'fss', '', ''],
  ['the subsystem stops: the last first', 'ooo', '-mon', 'STOP prober'],
  ['one drains: the others wait', 'ooT', '-mon', ''],
  ['it is drained: the next', 'oos', '-mon', 'STOP collector'],
  ['a broken one is stopped in its turn', 'ofs', '-mon', 'STOP dispatcher; STOP collector'],
  ['the first stops last', 'oss', '-mon', 'STOP dispatcher'],
  ['all is stopped', 'sss', '-mon', ''],
  ['all of all stop, too', 'oos', '-all', 'STOP collector'],
  ['who is stopped alone stays so', 'sos', '-dispatcher@a -prober@a', ''],
  ['who is stopped alone does not wait for others', 'ooo', '-dispatcher@a', 'STOP dispatcher'],
  ['the later word counts', 'sss', '-dispatcher@a +mon', 'START dispatcher'],
  ['a start of one by itself after all stopped', 'sss', '-mon +dispatcher@a', 'START dispatcher'],
  ['what is not wanted need not be there', 'sss', '-dispatcher@a', 'START collector'],
]
for (const [name, states, wishes, expected] of cases) {
  test(`${name}: ${states} ${wishes} -> ${expected || 'nothing'}`, () => {
    const members = ['dispatcher', 'collector', 'prober'].map((one, i) =>
      memberOf(`${one}@a`, letters[states[i] ?? ''] ?? 'FAULT'),
    )
    const words = wishes.split(' ').filter((word) => word !== '')
    const wanted = new Map(
      words.map((word, time) => [word.slice(1), { isOnline: word.startsWith('+'), time }]),
    )
    const steps = planSteps(members, declared, wanted)
    const said = steps.map(({ component, command }) => `${command} ${component.slice(0, -2)}`)
    assert.equal(said.join('; '), expected)
  })
}

test('of several instances one that is up is enough to go on', () => {
  const members = [
    memberOf('dispatcher@a', 'FAULT'),
    memberOf('dispatcher@b', 'ONLINE'),
    memberOf('collector@a', 'STANDBY'),
  ]
  assert.deepEqual(planSteps(members, declared, new Map()), [
    { component: 'collector@a', command: 'START' },
  ])
})

test('what is needed comes first, also where nobody has declared it', () => {
  const members = ['prober@a', 'stranger@a', 'collector@a', 'dispatcher@a'].map((one) =>
    memberOf(one, 'ONLINE'),
  )
  assert.deepEqual(
    inStartOrder(members, declared).map(({ name }) => name),
    ['stranger', 'dispatcher', 'collector', 'prober'],
  )
})
