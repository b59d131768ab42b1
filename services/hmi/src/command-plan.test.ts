import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planCommand } from './command-plan.ts'
import { componentOf } from './components.fixture.ts'

const manager = (host: string, leads: number) =>
  componentOf(`mon-manager@${host}`, { figures: [{ name: 'leads', value: leads }] })
const managed = [
  componentOf('mon-dispatcher@a'),
  componentOf('mon-dispatcher@b'),
  componentOf('opcua-collector@a'),
  manager('a', 0),
  manager('b', 1),
  componentOf('hmi@a', { subsystem: 'hmi' }),
]
const lone = managed.filter(({ name }) => name !== 'mon-manager')
const lost = [...lone, componentOf('mon-dispatcher@c', { state: 'LOST', reason: 'silent' })]

/** What goes to whom: `target(params) from those who answer`. */
const cases: [
  name: string,
  components: typeof managed,
  addressed: string,
  command: 'PING' | 'STOP',
  plan: string,
][] = [
  ['one', managed, 'mon-dispatcher@a', 'STOP', 'mon-dispatcher@a() from mon-dispatcher@a'],
  ['a service', managed, 'hmi', 'PING', 'hmi() from hmi@a'],
  [
    'a service of several',
    managed,
    'mon-dispatcher',
    'PING',
    'mon-dispatcher() from mon-dispatcher@a,mon-dispatcher@b',
  ],
  ['a managed subsystem', managed, 'mon', 'STOP', 'mon-manager@b(mon) from mon-manager@b'],
  [
    'a subsystem without a manager',
    lone,
    'mon',
    'STOP',
    'mon-dispatcher@a() from mon-dispatcher@a; mon-dispatcher@b() from mon-dispatcher@b; opcua-collector@a() from opcua-collector@a',
  ],
  ['all, to be stopped', managed, 'all', 'STOP', 'mon-manager@b(mon) from mon-manager@b'],
  [
    'all, to be asked',
    lost,
    'all',
    'PING',
    'all() from mon-dispatcher@a,mon-dispatcher@b,opcua-collector@a,hmi@a',
  ],
  ['one that is lost', lost, 'mon-dispatcher@c', 'STOP', 'mon-dispatcher@c is LOST: silent'],
  ['nobody', lost, 'mon-dispacher', 'STOP', 'unknown'],
]
for (const [name, components, addressed, command, expected] of cases) {
  test(`${command} to ${name} (${addressed}): ${expected}`, () => {
    const plan = planCommand(addressed, command, [], components)
    const words =
      plan.kind === 'send'
        ? plan.sendings.map(
            ({ target, params, answeredBy }) => `${target}(${params}) from ${answeredBy}`,
          )
        : [plan.kind === 'refused' ? plan.reason : plan.kind]
    assert.equal(words.join('; '), expected)
  })
}
