import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openFakeHmi, runMla } from './cli.fixture.ts'

const component = (id: string, state: string, more: object = {}) => ({
  ...{ id, name: id.split('@')[0], subsystem: 'mon', host: 'a', version: '0.1.0', state },
  ...{ reason: null, since: '2026-06-01T00:00:00Z', lastHeartbeat: '2026-06-01T00:00:00Z' },
  ...{ started: '2026-06-01T00:00:00Z', isWanted: true, logLevel: 'info', configuration: '17' },
  ...{ configurationProblem: null, clockAheadMs: 0, figures: { received: 12, lag: 3 } },
  ...more,
})
const listed = (...components: unknown[]) => ({ data: { components } })

const stories: [name: string, components: unknown[], code: number, said: RegExp][] = [
  ['all is well', [component('d@a', 'ONLINE')], 0, /^ {2}d@a +ONLINE.*0\.1\.0 +17 +3 +12/m],
  [
    'one is broken',
    [component('d@a', 'FAULT', { reason: 'no disk' })],
    1,
    /mon +FAULT[\s\S]*! d@a is FAULT: no disk/,
  ],
  ['one is stopped as wanted', [component('d@a', 'STANDBY', { isWanted: false })], 0, /STANDBY/],
  ['one waits that should not', [component('d@a', 'STANDBY')], 1, /! d@a is STANDBY/],
  [
    'a version is refused',
    [component('d@a', 'ONLINE', { configurationProblem: 'x.yaml:3\nno lanes' })],
    1,
    /17 \(refused newer\)[\s\S]*! d@a refused the newest configuration: x\.yaml:3$/m,
  ],
  [
    'versions differ',
    [component('d@a', 'ONLINE'), component('c@a', 'ONLINE', { configuration: '16' })],
    1,
    /! the configuration is split: 17 in d@a; 16 in c@a/,
  ],
  ['nobody is there', [], 1, /nothing is heard of any component/],
]
for (const [name, components, code, said] of stories) {
  test(`status where ${name} ends with ${code}`, async () => {
    await using hmi = await openFakeHmi(listed(...components))
    const ended = await runMla(['status'], hmi.env)
    assert.match(ended.out + ended.err, said)
    assert.equal(ended.code, code)
  })
}

test('stop waits until those that are meant are in STANDBY', async () => {
  const reply = {
    component: 'mon',
    command: 'STOP',
    accepted: true,
    message: 'in order',
    time: 't',
  }
  await using hmi = await openFakeHmi(
    { data: { command: reply } },
    listed(component('d@a', 'STOPPING'), component('mon-manager@a', 'ONLINE')),
    listed(component('d@a', 'STANDBY'), component('mon-manager@a', 'ONLINE')),
  )
  const { code, out } = await runMla(['stop', 'mon'], hmi.env)
  assert.equal(code, 0)
  assert.match(out, /mon: accepted, in order/)
  assert.equal(hmi.asked.length, 3)
})

test('who does not get there in time is named', async () => {
  const reply = { component: 'mon', command: 'START', accepted: true, message: null, time: 't' }
  const starting = component('d@a', 'STARTING', { reason: 'kafka: away' })
  await using hmi = await openFakeHmi(
    { data: { command: reply } },
    listed(starting),
    listed(starting),
  )
  const { code, err } = await runMla(['start', 'mon', '--wait', '1ms'], hmi.env)
  assert.equal(code, 1)
  assert.match(err, /not there yet: d@a is STARTING: kafka: away/)
})

test('a refusal ends with its words', async () => {
  const reply = { component: 'hmi', command: 'STOP', accepted: false, message: 'never', time: 't' }
  await using hmi = await openFakeHmi({ data: { command: reply } })
  const { code, out } = await runMla(['stop', 'hmi', '--json'], hmi.env)
  assert.equal(code, 1)
  assert.equal(JSON.parse(out).replies[0].message, 'never')
})
