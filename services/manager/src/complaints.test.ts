import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complaintsOf } from './complaints.ts'
import { declared, memberOf } from './manager.fixture.ts'

const second = 1e6
const good = ['dispatcher@a', 'collector@a', 'prober@a'].map((one) => memberOf(one, 'ONLINE'))
const broken = (...args: Parameters<typeof memberOf>) => [
  ...good.filter(({ component }) => component !== args[0]),
  memberOf(...args),
]
const none = { stopped: new Map([['mon', { isOnline: false, time: 1 }]]) }

const cases: [name: string, members: typeof good, ageS: number, complaints: RegExp | null][] = [
  ['all is well', good, 100, null],
  ['one is missing', good.slice(1), 31, /dispatcher missing 0 of 1 dispatcher are there/],
  ['one may still come', good.slice(1), 30, null],
  ['lost', broken('collector@a', 'LOST', { reason: 'silent' }), 9, /collector@a lost.*silent/],
  ['ended in order', broken('collector@a', 'LOST', { hasEnded: true }), 9, null],
  ['fault', broken('collector@a', 'FAULT', { reason: 'no disk' }), 1, /fault FAULT: no disk/],
  ['a short trouble', broken('collector@a', 'DEGRADED'), 30, null],
  ['a long trouble', broken('collector@a', 'DEGRADED', { reason: 'kafka' }), 31, /part: kafka/],
  ['a start', broken('collector@a', 'STARTING'), 60, null],
  ['a start without end', broken('collector@a', 'STARTING'), 61, /STARTING for 61 s/],
  ['a stop without end', broken('collector@a', 'STOPPING'), 61, /STOPPING for 61 s/],
  [
    'a configuration that it refused',
    broken('collector@a', 'ONLINE', { configuration: '16', configurationProblem: 'no lanes' }),
    1,
    /collector@a configuration it runs 16: no lanes/,
  ],
]
for (const [name, members, ageS, expected] of cases) {
  test(`${name}, ${ageS} s long`, () => {
    const clock = { now: ageS * second, since: 0 }
    const found = complaintsOf('mon', members, declared, new Map(), new Set(), clock)
    const words = found.map(({ about, kind, text }) => `${about} ${kind} ${text}`)
    if (expected === null) assert.deepEqual(words, [])
    else assert.match(words.join('\n'), expected)
  })
}

test('a fault of what is not wanted is nobody’s business', () => {
  const members = broken('collector@a', 'FAULT')
  const clock = { now: 9, since: 0 }
  assert.deepEqual(complaintsOf('mon', members, declared, none.stopped, new Set(), clock), [])
})
