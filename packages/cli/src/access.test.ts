import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openFakeHmi, runMla } from './cli.fixture.ts'

const user = {
  name: 'grace',
  role: 'OPERATOR',
  subsystems: ['log'],
  created: '2026-01-01T00:00:00Z',
}

test('mla user add sends the password that it was given, and shows none', async () => {
  await using hmi = await openFakeHmi({ data: { addUser: user } })
  const env = { ...hmi.env, MLA_PASSWORD: 'correct horse battery' }
  const line = ['user', 'add', 'grace', '--role', 'operator', '--subsystems', 'log']
  const { code, out, err } = await runMla(line, env)
  assert.deepEqual([code, out, err], [0, 'grace is operator\n', ''])
  assert.deepEqual(hmi.asked[0]?.variables, {
    ...{ name: 'grace', role: 'OPERATOR', subsystems: ['log'], password: 'correct horse battery' },
  })
})

test('mla user list shows on what each may act', async () => {
  await using hmi = await openFakeHmi({ data: { users: [user, { ...user, subsystems: null }] } })
  const { out } = await runMla(['user', 'list'], hmi.env)
  assert.match(out, /grace +operator +log +2026/)
  assert.match(out, /grace +operator +all +2026/)
})

test('mla token add answers the token and nothing else', async () => {
  const token = { ...user, id: 'a1', createdBy: 'ada', expires: '2027-01-01T00:00:00Z' }
  await using hmi = await openFakeHmi({ data: { addMachineToken: { secret: 'mla_x', token } } })
  const { code, out, err } = await runMla(['token', 'add', 'report', '--days', '90'], hmi.env)
  assert.deepEqual([code, out], [0, 'mla_x\n'])
  assert.match(err, /a1 is good until 2027/)
  assert.partialDeepStrictEqual(hmi.asked[0]?.variables, { days: 90, role: 'VIEWER' })
})

test('a role that there is not is wrong use', async () => {
  const { code, err } = await runMla(['user', 'add', 'x', '--role', 'king'], { MLA_PASSWORD: 'x' })
  assert.equal(code, 2)
  assert.match(err, /--role is "king"/)
})
