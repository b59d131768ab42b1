import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getIntrospectionQuery } from 'graphql'
import { openHmi } from '../hmi.fixture.ts'
import type { Role, User } from './identity.ts'
import { permissions, refusalOf, refusalOfCommand } from './permissions.ts'

const userOf = (role: Role, subsystems: readonly string[] | null = null): User => ({
  ...{ name: 'u', role, subsystems, by: 'token', proof: '1', expiresMs: null },
})

test('each root field of the schema is in the table of rights', async () => {
  await using hmi = await openHmi({})
  const { data } = await hmi.query<{
    __schema: { types: { name: string; fields: { name: string }[] }[] }
  }>(getIntrospectionQuery())
  for (const root of ['Query', 'Mutation', 'Subscription'] as const) {
    const { fields } = data.__schema.types.find(({ name }) => name === root) ?? { fields: [] }
    assert.ok(fields.length > 0)
    const missing = fields.filter(({ name }) => !(name in permissions[root]))
    assert.deepEqual(
      missing.map(({ name }) => `${root}.${name}`),
      [],
    )
  }
})

const commands: [
  Role,
  readonly string[] | null,
  string,
  'START' | 'SET_LOG_LEVEL',
  string[],
  boolean,
][] = [
  ['viewer', null, 'a viewer', 'START', ['mon'], false],
  ['operator', null, 'an operator', 'START', ['mon'], true],
  ['operator', null, 'an operator', 'START', ['all'], true],
  ['operator', null, 'an operator', 'START', ['hmi'], false],
  ['operator', null, 'an operator', 'START', ['what nobody named'], false],
  ['operator', null, 'an operator', 'SET_LOG_LEVEL', ['mon'], false],
  ['engineer', null, 'an engineer', 'SET_LOG_LEVEL', ['hmi'], true],
  ['operator', ['log'], 'an operator of log', 'START', ['log'], true],
  ['operator', ['log'], 'an operator of log', 'START', ['mon'], false],
  ['expert', ['log'], 'an expert of log', 'START', ['all'], false],
]
for (const [role, subsystems, who, command, of, may] of commands) {
  test(`${who} ${may ? 'may' : 'may not'} ${command} ${of}`, () => {
    assert.equal(refusalOfCommand(userOf(role, subsystems), command, of) === null, may)
  })
}

test("what is not in the table is the expert's", () => {
  assert.notEqual(refusalOf(userOf('engineer'), 'Mutation', 'somethingNew'), null)
  assert.equal(refusalOf(userOf('expert'), 'Mutation', 'somethingNew'), null)
})
