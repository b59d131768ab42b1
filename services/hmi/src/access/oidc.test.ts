import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { generateKeyPair, SignJWT } from 'jose'
import { openClient, openHmi } from '../hmi.fixture.ts'
import { openProvider, type TestProvider } from './provider.fixture.ts'

const now = () => Math.floor(Date.now() / 1000)

async function openWithProvider() {
  const folder = await mkdtemp(join(tmpdir(), 'mla-oidc-'))
  const provider = await openProvider()
  const hmi = await openHmi({
    environment: {
      ...{ MLA_AUTH: 'oidc', MLA_DATA: folder, MLA_OIDC_ISSUER: provider.issuer },
      ...{ MLA_OIDC_ROLES: 'control-room=operator' },
    },
  })
  return {
    ...{ hmi, provider },
    async ask(headers: Record<string, string>) {
      const response = await fetch(`${hmi.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: '{ me { name role } }' }),
      })
      const { data } = (await response.json()) as { data?: { me: unknown } }
      return { status: response.status, me: data?.me }
    },
    async [Symbol.asyncDispose]() {
      await hmi[Symbol.asyncDispose]()
      await provider[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

/** Follows redirects as a browser does, with a jar of cookies for each origin. */
async function browse(
  start: string,
): Promise<{ response: Response; cookies: Map<string, string> }> {
  const jars = new Map<string, Map<string, string>>()
  let url = new URL(start)
  for (let i = 0; i < 20; i++) {
    const jar = jars.get(url.origin) ?? new Map<string, string>()
    jars.set(url.origin, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (set.split(';')[0] ?? '').split('=')
      if (/max-age=0|1970/i.test(set)) jar.delete(name)
      else jar.set(name, value)
    }
    const next = response.headers.get('location')
    if (next === null) return { response, cookies: jar }
    url = new URL(next, url)
  }
  throw new Error('redirected for ever')
}

test('a browser logs in with the provider, and has the role that its word stands for', async () => {
  await using system = await openWithProvider()
  const { cookies } = await browse(`${system.hmi.url}/auth/oidc`)
  const cookie = `mla_session=${cookies.get('mla_session')}`
  const state = await fetch(`${system.hmi.url}/auth/state`, { headers: { cookie } })
  const { user, csrf } = (await state.json()) as { user: unknown; csrf: string }
  assert.deepEqual(user, { name: 'grace', role: 'operator', subsystems: null })
  const answer = await system.ask({ cookie, 'x-mla-csrf': csrf })
  assert.deepEqual(answer.me, { name: 'grace', role: 'OPERATOR' })
})

test('who has no role of ours does not come in', async () => {
  await using system = await openWithProvider()
  system.provider.account = { name: 'mallory', roles: ['guest'] }
  const { response, cookies } = await browse(`${system.hmi.url}/auth/oidc`)
  assert.equal(response.status, 403)
  assert.equal(cookies.get('mla_session'), undefined)
})

test('a login that was not begun in this browser is refused', async () => {
  await using system = await openWithProvider()
  const forged = `${system.hmi.url}/auth/callback?code=x&state=y`
  assert.equal((await fetch(forged)).status, 400)
  assert.equal((await fetch(forged, { headers: { cookie: 'mla_login=y' } })).status, 401)
})

test("a machine comes in with the provider's token", async () => {
  await using system = await openWithProvider()
  const token = await system.provider.machineToken()
  const answer = await system.ask({ authorization: `Bearer ${token}` })
  assert.deepEqual(answer, { status: 200, me: { name: 'machine', role: 'VIEWER' } })
})

const bad: [string, (provider: TestProvider) => Promise<string>][] = [
  ['expired', ({ sign }) => sign({ roles: ['expert'] }, now() - 60)],
  ['meant for another', ({ sign }) => sign({ roles: ['expert'], aud: 'other' }, now() + 60)],
  [
    'of another issuer',
    ({ sign }) => sign({ roles: ['expert'], iss: 'https://x.org' }, now() + 60),
  ],
  [
    'signed by another',
    async ({ issuer }) => {
      const { privateKey } = await generateKeyPair('RS256')
      return await new SignJWT({ sub: 'x', aud: 'mla', iss: issuer, roles: ['expert'] })
        .setProtectedHeader({ alg: 'RS256', kid: 'test' })
        .setExpirationTime('1m')
        .sign(privateKey)
    },
  ],
  [
    'signed with a shared key',
    ({ issuer }) =>
      new SignJWT({ sub: 'x', aud: 'mla', iss: issuer, roles: ['expert'] })
        .setProtectedHeader({ alg: 'HS256', kid: 'test' })
        .setExpirationTime('1m')
        .sign(new TextEncoder().encode('a secret that is long enough for it')),
  ],
  [
    'not signed',
    async ({ issuer }) => {
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const claims = { sub: 'x', aud: 'mla', iss: issuer, exp: now() + 60, roles: ['expert'] }
      return `${part({ alg: 'none' })}.${part(claims)}.`
    },
  ],
]

test('tokens that are not good are refused', async () => {
  await using system = await openWithProvider()
  const good = await system.provider.sign({ roles: ['expert'] }, now() + 60)
  assert.equal((await system.ask({ authorization: `Bearer ${good}` })).status, 200)
  for (const [what, make] of bad) {
    const token = await make(system.provider)
    assert.equal((await system.ask({ authorization: `Bearer ${token}` })).status, 401, what)
  }
})

test('a subscription ends when its token does', async () => {
  await using system = await openWithProvider()
  const token = await system.provider.sign({ roles: ['viewer'] }, now() + 2)
  await using client = await openClient(system.hmi.url, {
    payload: { Authorization: `Bearer ${token}` },
  })
  client.subscribe('1', 'subscription { components { id } }')
  assert.equal((await client.next()).type, 'next')
  assert.equal((await client.closed).code, 4403)
})

test('while the provider is away logins say so, and sessions go on', async () => {
  await using system = await openWithProvider()
  const { cookies } = await browse(`${system.hmi.url}/auth/oidc`)
  await system.provider[Symbol.asyncDispose]()
  const cookie = `mla_session=${cookies.get('mla_session')}`
  const state = await fetch(`${system.hmi.url}/auth/state`, { headers: { cookie } })
  assert.partialDeepStrictEqual(await state.json(), { user: { name: 'grace' } })
})
