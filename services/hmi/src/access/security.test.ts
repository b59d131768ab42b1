import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openClient } from '../hmi.fixture.ts'
import { bearer, type Guarded, openGuarded } from './access.fixture.ts'
import { roles } from './identity.ts'

type Who = (typeof roles)[number] | 'nobody' | 'forged' | 'expired' | 'of another system'

/** Each operation, and the least role that may ask for it. */
const operations: [least: (typeof roles)[number], operation: string][] = [
  ['viewer', '{ points { totalCount } }'],
  ['viewer', '{ latest(points: ["Array/Temperature"]) { value } }'],
  [
    'viewer',
    '{ history(points: ["Array/Temperature"], from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z") { tier } }',
  ],
  ['viewer', '{ logs { edges { cursor } } }'],
  [
    'viewer',
    '{ logHistogram(from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z") { count } }',
  ],
  ['viewer', '{ logContext(id: "x") { id } }'],
  ['viewer', '{ components { id } }'],
  ['viewer', '{ me { name } }'],
  ['viewer', '{ __schema { types { name } } }'],
  ['viewer', '{ configurationVersions { number } }'],
  ['engineer', '{ configurationFiles(number: 1) { path } }'],
  ['viewer', '{ alarms { id } }'],
  ['viewer', '{ views { name } }'],
  ['operator', 'mutation { acknowledge(alarm: "x", comment: "y") { id } }'],
  ['operator', 'mutation { shelve(alarm: "x", minutes: 1, reason: "y") { id } }'],
  ['engineer', 'mutation { takeOutOfService(alarm: "x", reason: "y") { id } }'],
  ['operator', 'mutation { saveView(name: "", address: "/") { name } }'],
  ['operator', 'mutation { removeView(name: "nobody") }'],
  ['expert', '{ operatorState { wanted { scope } } }'],
  ['expert', '{ users { name } }'],
  ['expert', '{ machineTokens { id } }'],
  ['operator', 'mutation { command(component: "nobody", command: PING) { accepted } }'],
  ['engineer', 'mutation { command(component: "mon", command: SET_LOG_LEVEL) { accepted } }'],
  ['expert', 'mutation { applyConfiguration(files: [], why: "x") { accepted } }'],
  ['expert', 'mutation { rollBackConfiguration(number: 1, why: "x") { accepted } }'],
  ['viewer', 'mutation { changeMyPassword(oldPassword: "x", newPassword: "y") }'],
  ['expert', 'mutation { addUser(name: "x", password: "y", role: VIEWER) { name } }'],
  ['expert', 'mutation { changeUser(name: "x", role: EXPERT) { name } }'],
  ['expert', 'mutation { setPassword(name: "x", password: "y") { name } }'],
  ['expert', 'mutation { removeUser(name: "x") }'],
  ['expert', 'mutation { addMachineToken(name: " ", role: EXPERT) { secret } }'],
  ['expert', 'mutation { removeMachineToken(id: "x") }'],
]
const subscriptions = [
  'subscription { samples(points: ["Array/Temperature"]) { value } }',
  'subscription { logs { id } }',
  'subscription { components { id } }',
]

const strangers: readonly Who[] = ['nobody', 'forged', 'expired', 'of another system']

async function tokensOf(hmi: Guarded): Promise<(who: Who) => Record<string, string>> {
  const tokens = new Map<Who, string>()
  for (const role of roles) tokens.set(role, (await hmi.token(role.toUpperCase())).secret)
  const good = tokens.get('expert') ?? ''
  tokens.set('forged', `${good.slice(0, -2)}${good.endsWith('AA') ? 'BB' : 'AA'}`)
  const { id, secret } = await hmi.token('EXPERT')
  await hmi.ask(`mutation { removeMachineToken(id: "${id}") }`, bearer(good))
  tokens.set('expired', secret)
  tokens.set('of another system', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl')
  return (who) => {
    const token = tokens.get(who)
    return token === undefined ? {} : bearer(token)
  }
}

const isRefused = (answer: { errors?: readonly { extensions: { code: string } }[] }): boolean =>
  answer.errors?.some(({ extensions }) =>
    ['NOT_ALLOWED', 'NOT_AUTHENTICATED'].includes(extensions.code),
  ) ?? false

/** Limits of the rate are another test's. */
const settings = { MLA_REQUEST_RATE: '10000' }

test('each operation by each role, through POST, GET and WebSocket', async () => {
  await using hmi = await openGuarded(settings)
  const headersOf = await tokensOf(hmi)
  for (const role of roles) {
    const headers = headersOf(role)
    await using client = await openClient(hmi.url, { headers })
    for (const [least, operation] of operations) {
      // Refused for another reason than who asks: the old password is wrong for everybody.
      if (operation.includes('changeMyPassword')) continue
      const expected = roles.indexOf(role) < roles.indexOf(least)
      const told = `${role}: ${operation}`
      assert.equal(isRefused(await hmi.ask(operation, headers)), expected, `POST ${told}`)

      const url = `${hmi.url}/graphql?query=${encodeURIComponent(operation)}`
      const response = await fetch(url, { headers })
      const got = (await response.json()) as Parameters<typeof isRefused>[0] & { data?: unknown }
      if (operation.startsWith('mutation')) assert.equal(got.data ?? null, null, `GET ${told}`)
      else assert.equal(isRefused(got), expected, `GET ${told}`)

      client.subscribe('1', operation)
      const { type, payload } = await client.next()
      const errors = type === 'error' ? payload : (payload as { errors?: unknown })?.errors
      assert.equal(isRefused({ errors: errors as [] }), expected, `WebSocket ${told}`)
      if (type === 'next') assert.equal((await client.next()).type, 'complete')
    }
    for (const [i, operation] of subscriptions.entries()) {
      await using other = await openClient(hmi.url, { headers })
      other.subscribe(`s${i}`, operation)
      assert.equal((await other.next()).type, 'next', `${role}: ${operation}`)
    }
  }
})

test('whoever shows nothing, or nothing good, is refused everything by every way', async () => {
  await using hmi = await openGuarded(settings)
  const headersOf = await tokensOf(hmi)
  for (const who of strangers) {
    const headers = headersOf(who)
    for (const [, operation] of operations) {
      const answer = await hmi.ask(operation, headers)
      assert.ok([401, 429].includes(answer.status), `${who} ${operation}: ${answer.status}`)
      assert.equal(answer.data ?? null, null)
    }
    const url = `${hmi.url}/graphql?query=${encodeURIComponent('{ me { name } }')}`
    assert.ok([401, 429].includes((await fetch(url, { headers })).status))
    assert.ok([401, 429].includes((await fetch(`${hmi.url}/logs/export`, { headers })).status))
    const payload = { Authorization: headers['authorization'] }
    await assert.rejects(openClient(hmi.url, { payload }), /closed/, `WebSocket: ${who}`)
  }
})

test('a WebSocket of a foreign page is refused, whatever cookie it brings', async () => {
  await using hmi = await openGuarded()
  const headers = { origin: 'https://evil.example', cookie: hmi.expert.cookie }
  await assert.rejects(openClient(hmi.url, { headers }), /403/)
})

const a = 'a'.repeat(9 * 1024 * 1024)
const huge: [what: string, body: string][] = [
  ['oversized', JSON.stringify({ query: `{ latest(points: ["${a}"]) { value } }` })],
  ['deeply nested', JSON.stringify({ query: `{a`.repeat(5_000) + '}'.repeat(5_000) })],
  [
    'aliased',
    JSON.stringify({
      query: `{${Array.from({ length: 51 }, (_, i) => `a${i}: components { id }`).join(' ')}}`,
    }),
  ],
  [
    'with many mutations',
    JSON.stringify({
      query: `mutation {${Array.from({ length: 51 }, (_, i) => `a${i}: removeUser(name: "x")`).join(' ')}}`,
    }),
  ],
  ['batched', JSON.stringify([{ query: '{ me { name } }' }, { query: '{ me { name } }' }])],
  ['a fragment of itself', JSON.stringify({ query: '{ ...a } fragment a on Query { ...a }' })],
]

test('oversized, nested, aliased and batched documents are refused, also to an expert', async () => {
  await using hmi = await openGuarded(settings)
  const headers = bearer((await hmi.token('EXPERT')).secret)
  for (const [what, body] of huge) {
    const response = await hmi.post('/graphql', body, headers).catch(() => null)
    if (response === null) continue
    assert.ok([400, 413].includes(response.status), `${what}: ${response.status}`)
    const answer = (await response.json()) as { data?: unknown }
    assert.equal(answer.data ?? null, null, what)
  }
  assert.equal((await hmi.ask('{ me { name } }', headers)).status, 200)
})

test('who asks too often is told so, and others are not', async () => {
  await using hmi = await openGuarded({ MLA_REQUEST_RATE: '1' })
  // All tokens of the fixture have one name; sessions are another user.
  const headers = bearer((await hmi.token('VIEWER')).secret)
  const statuses = new Set<number>()
  for (let i = 0; i < 10; i++) statuses.add((await hmi.ask('{ me { name } }', headers)).status)
  assert.deepEqual([...statuses], [200, 429])
})
