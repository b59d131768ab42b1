import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openFakeHmi, runMla } from './cli.fixture.ts'

const hosts = {
  ...{ source: 'hosts', minPriority: 'DEBUG', configured: 'DEBUG' },
  ...{ changedBy: null, changedTime: null },
}
const pi = {
  ...{ source: 'hosts/pi-7', minPriority: 'TRACE', configured: 'DEBUG' },
  ...{ changedBy: 'anna', changedTime: '2026-11-21T08:00:00Z' },
}
const levels = { data: { logLevels: [hosts, pi] } }
const components = {
  data: { components: [{ id: 'hmi@a', name: 'hmi', logLevel: 'info' }] },
}

test('logs level shows sources and services, and who changed what', async () => {
  await using hmi = await openFakeHmi(levels, components)
  const { code, out } = await runMla(['logs', 'level'], hmi.env)
  assert.match(out, /^hosts +DEBUG +as configured$/m)
  assert.match(out, /^hosts\/pi-7 +TRACE +set by anna at 2026-11-21 08:00:00; configured: DEBUG$/m)
  assert.match(out, /^hmi@a +info +service hmi$/m)
  assert.equal(code, 0)
})

const told: [words: string[], answer: object, variables: object, out: RegExp][] = [
  [
    ['hosts/pi-7', 'error'],
    { setLogLevel: { ...pi, minPriority: 'ERROR' } },
    { source: 'hosts/pi-7', minPriority: 'ERROR' },
    /hosts\/pi-7: from ERROR on/,
  ],
  [
    ['hosts/pi-7', 'configured'],
    { setLogLevel: { ...pi, minPriority: 'DEBUG' } },
    { source: 'hosts/pi-7', minPriority: null },
    /hosts\/pi-7: from DEBUG on/,
  ],
  [
    ['hmi', 'WARNING'],
    { command: { component: 'hmi', accepted: true, message: null } },
    { component: 'hmi', params: ['warn'] },
    /hmi: from warn on, until its process ends/,
  ],
]
for (const [words, answer, variables, expected] of told) {
  test(`logs level ${words.join(' ')} is told`, async () => {
    await using hmi = await openFakeHmi(levels, { data: answer })
    const { code, out } = await runMla(['logs', 'level', ...words], hmi.env)
    assert.match(out, expected)
    assert.deepEqual(hmi.asked[1]?.variables, variables)
    assert.equal(code, 0)
  })
}

const wrong: [words: string[], code: number, err: RegExp][] = [
  [['hosts', 'loud'], 2, /"loud" is no level of a source[\s\S]*TRACE, DEBUG/],
  [['hmi', 'ALERT'], 2, /"ALERT" is no level of a service[\s\S]*debug, info/],
]
for (const [words, code, expected] of wrong) {
  test(`logs level ${words.join(' ')} says what is wrong`, async () => {
    await using hmi = await openFakeHmi(levels)
    const ended = await runMla(['logs', 'level', ...words], hmi.env)
    assert.match(ended.err, expected)
    assert.equal(ended.code, code)
  })
}
