import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { logRecords } from '@mla/bus'
import { openClient } from '../hmi.fixture.ts'
import { bearer, openGuarded, password, sessionOf } from './access.fixture.ts'

const me = '{ me { name role may } }'

test('the first run asks for the code of the log, and makes the first expert', async () => {
  await using hmi = await openGuarded()
  const answer = await hmi.ask(me, sessionOf(hmi.expert))
  assert.partialDeepStrictEqual(answer.data?.['me'], { name: 'ada', role: 'EXPERT' })
  const again = await hmi.post('/auth/setup', { code: 'x', name: 'eve', password })
  assert.equal(again.status, 400)
  await assert.rejects(stat(join(hmi.folder, 'access', 'setup-code')), 'the code is gone')
  const kept = await stat(join(hmi.folder, 'access', 'access.json'))
  assert.equal(kept.mode & 0o077, 0, 'nobody else may read the file')
  const text = await readFile(join(hmi.folder, 'access', 'access.json'), 'utf8')
  assert.match(text, /\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.ok(!text.includes(password))
  assert.ok(!text.includes(hmi.expert.cookie.split('=')[1] ?? 'none'))
})

test('a wrong code, a weak password and a name with blanks set nothing up', async () => {
  await using hmi = await openGuarded()
  for (const [name, given] of [
    ['bob', 'short'],
    ['bob', 'aaaaaaaaaaaaaaaa'],
    ['bob', 'bob and much more of it'],
    ['b b', password],
  ]) {
    const add =
      'mutation ($n: String!, $p: String!) { addUser(name: $n, password: $p, role: VIEWER) { name } }'
    const answer = await hmi.ask(add, sessionOf(hmi.expert), { n: name, p: given })
    assert.equal(answer.errors?.[0]?.extensions.code, 'QUERY_INVALID', `${name} ${given}`)
  }
})

test('a session needs the header that foreign pages cannot know', async () => {
  await using hmi = await openGuarded()
  const { cookie } = hmi.expert
  assert.equal((await hmi.ask(me, { cookie })).status, 403)
  assert.equal((await hmi.ask(me, { cookie, 'x-mla-csrf': 'x' })).status, 403)
  const foreign = { ...sessionOf(hmi.expert), origin: 'http://evil.example' }
  assert.equal((await hmi.ask(me, foreign)).status, 403)
  assert.equal((await hmi.post('/auth/logout', {}, { cookie })).status, 403)
  assert.equal((await hmi.ask(me, sessionOf(hmi.expert))).status, 200)
})

test('a cookie is not for scripts, and with HTTPS not for HTTP', async () => {
  await using hmi = await openGuarded({ MLA_HTTP_URL: 'https://mla.example.org' })
  const response = await hmi.post('/auth/login', { name: 'ada', password })
  const [cookie = ''] = response.headers.getSetCookie()
  assert.match(cookie, /^__Host-mla_session=[\w-]{43}; Path=\/; .*HttpOnly; SameSite=Lax; Secure$/)
  assert.match(response.headers.get('strict-transport-security') ?? '', /max-age/)
  assert.match(response.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
})

test('who fails too often is locked out, and the right password does not help then', async () => {
  await using hmi = await openGuarded()
  const attempt = async (name: string, given: string) =>
    (await hmi.post('/auth/login', { name, password: given })).status
  for (let i = 0; i < 6; i++) assert.equal(await attempt('ada', 'wrong password'), 401)
  assert.equal(await attempt('ada', password), 429)
  assert.equal(await attempt('nobody', password), 401)
})

test('a login, its WebSocket and what runs over it end together', async () => {
  await using hmi = await openGuarded()
  const login = await hmi.login('ada', password)
  await using client = await openClient(hmi.url, { headers: { cookie: login.cookie } })
  client.subscribe('1', 'subscription { samples(points: ["Array/Temperature"]) { value } }')
  await client.samples()
  await hmi.post('/auth/logout', {}, sessionOf(login))
  assert.deepEqual(await client.closed, { code: 4403, reason: 'the token or session has ended' })
  assert.equal((await hmi.ask(me, sessionOf(login))).status, 401)
})

test('a token that is taken back ends its WebSockets', async () => {
  await using hmi = await openGuarded()
  const { id, secret } = await hmi.token('VIEWER')
  await using client = await openClient(hmi.url, { payload: { Authorization: `Bearer ${secret}` } })
  assert.equal((await hmi.ask(me, bearer(secret))).status, 200)
  await hmi.ask(`mutation { removeMachineToken(id: "${id}") }`, sessionOf(hmi.expert))
  assert.equal((await client.closed).code, 4403)
  assert.equal((await hmi.ask(me, bearer(secret))).status, 401)
})

test('another role, another password and a removal end what a user has open', async () => {
  await using hmi = await openGuarded()
  const expert = sessionOf(hmi.expert)
  const add = `mutation { addUser(name: "bob", password: "${password}", role: OPERATOR) { role } }`
  await hmi.ask(add, expert)
  for (const change of [
    'changeUser(name: "bob", role: VIEWER) { name }',
    'setPassword(name: "bob", password: "another horse battery") { name }',
    'removeUser(name: "bob")',
  ]) {
    const given = change.startsWith('removeUser') ? 'another horse battery' : password
    const login = await hmi.login('bob', given)
    await using client = await openClient(hmi.url, { headers: { cookie: login.cookie } })
    const answer = await hmi.ask(`mutation { ${change} }`, expert)
    assert.equal(answer.errors, undefined, JSON.stringify(answer))
    assert.equal((await client.closed).code, 4403, change)
  }
})

test('the last expert stays', async () => {
  await using hmi = await openGuarded()
  for (const change of [
    'removeUser(name: "ada")',
    'changeUser(name: "ada", role: VIEWER) { name }',
  ]) {
    const answer = await hmi.ask(`mutation { ${change} }`, sessionOf(hmi.expert))
    assert.match(answer.errors?.[0]?.message ?? '', /last expert/)
  }
})

test('what users do, and what they are refused, is in the user-action log without secrets', async () => {
  await using hmi = await openGuarded()
  const { secret } = await hmi.token('VIEWER')
  await hmi.ask(
    'mutation { command(component: "mon", command: STOP) { accepted } }',
    bearer(secret),
  )
  await hmi.post('/auth/login', { name: 'ada', password: 'wrong password' })
  await hmi.ask(me, bearer('mla_forged'))
  const wanted = [
    'setup done ada',
    'addMachineToken done ada',
    'command refused test',
    'login refused ada',
    'POST /graphql refused unknown',
  ]
  const found: string[] = []
  for await (const one of hmi.bus.follow(logRecords, 0, AbortSignal.timeout(5_000))) {
    if (one.kind === 'caught-up') continue
    for (const { record } of one.messages) {
      for (const { fields, source, audience, message } of record.records) {
        const of = Object.fromEntries(fields.map(({ name, value }) => [name, value]))
        found.push(`${of['action']} ${of['outcome']} ${of['user']}`)
        assert.deepEqual([source, audience, of['from']], ['mla/actions', 'Operator', '127.0.0.1'])
        assert.ok(!message.includes(secret) && !message.includes('wrong password'))
      }
    }
    if (wanted.every((text) => found.includes(text))) break
  }
  assert.deepEqual(
    wanted.filter((text) => !found.includes(text)),
    [],
  )
})

test('sessions and tokens outlive a restart', async () => {
  await using hmi = await openGuarded()
  const { secret } = await hmi.token('OPERATOR')
  const { openAccess } = await import('./access.ts')
  const access = await openAccess({
    settings: {
      ...{ mode: 'local', folder: join(hmi.folder, 'access'), sessionMs: 1000, rate: 10 },
      oidc: null,
    },
    signal: new AbortController().signal,
    nowMs: Date.now,
    waitsForSetup: () => assert.fail('it is set up'),
    actions: { record() {} },
  })
  const session = hmi.expert.cookie.split('=')[1] ?? ''
  const address = '127.0.0.1'
  assert.equal((await access.identify({ bearer: null, session, address })).name, 'ada')
  assert.equal((await access.identify({ bearer: secret, session: null, address })).role, 'operator')
})
