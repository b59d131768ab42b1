import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createHealth, createMetrics, silentLog } from '@mla/kit'
import fc from 'fast-check'
import { openControlServer } from './control-server.ts'
import { createFaults } from './faults.ts'
import { createReport } from './report.ts'

const points = [
  { id: 'T1/Mount/Azimuth', description: null },
  { id: 'T1/Mount/Elevation', description: null },
]
const faults = createFaults(points, Date.now)
const metrics = createMetrics('opcua-simulator')
const errors: unknown[] = []
const log = { ...silentLog, error: (fields: object) => void errors.push(fields) }
let address = ''
let server: AsyncDisposable

before(async () => {
  const opened = await openControlServer(
    { port: 0, host: '127.0.0.1' },
    { ...faults, faults: faults.active, truth: (match) => ({ match }) },
    { health: createHealth(), metrics },
    createReport({ metrics, log }),
  )
  server = opened
  address = `http://127.0.0.1:${opened.port}`
})
after(() => server[Symbol.asyncDispose]())

const ask = async (method: string, path: string, body?: string) => {
  const response = await fetch(address + path, { method, ...(body === undefined ? {} : { body }) })
  const text = await response.text()
  return {
    code: response.status,
    body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
  }
}

test('a fault is begun, listed and ended', async () => {
  const begun = await ask('POST', '/faults', '{"kind":"freeze","match":"**/Azimuth","durationS":9}')
  assert.equal(begun.code, 201)
  assert.equal(begun.body.points, 1)
  assert.deepEqual((await ask('GET', '/faults')).body, [begun.body])
  assert.equal((await ask('DELETE', `/faults/${begun.body.id}`)).code, 200)
  assert.deepEqual(await ask('DELETE', `/faults/${begun.body.id}`), {
    code: 404,
    body: { error: `no fault ${begun.body.id} is active` },
  })
  assert.deepEqual((await ask('GET', '/faults')).body, [])
})

const refused: [name: string, body: string, code: number, says: RegExp][] = [
  ['what is not JSON', '{', 400, /not JSON/],
  ['an unknown kind', '{"kind":"explode"}', 400, /kind/],
  ['a field that does not exist', '{"kind":"disconnect","force":1}', 400, /force/],
  ['a fault without end', '{"kind":"freeze","match":"**","durationS":1e9}', 400, /durationS/],
  ['a fault on no point', '{"kind":"freeze","match":"Nowhere/*"}', 404, /Nowhere/],
  ['a body that is too large', `"${'x'.repeat(70_000)}"`, 413, /65536/],
]
for (const [name, body, code, says] of refused) {
  test(`refuses ${name}`, async () => {
    const answer = await ask('POST', '/faults', body)
    assert.equal(answer.code, code)
    assert.match(answer.body.error, says)
    assert.deepEqual((await ask('GET', '/faults')).body, [])
  })
}

test('tells health and metrics, and which pages there are', async () => {
  assert.equal((await ask('GET', '/health')).code, 503)
  assert.equal((await ask('GET', '/health/live')).code, 200)
  assert.match((await ask('GET', '/metrics')).body, /mla_records_received_total/)
  assert.match((await ask('GET', '/nothing')).body.error, /GET \/truth/)
  assert.deepEqual((await ask('GET', '/truth?match=a%2F*')).body, { match: 'a/*' })
})

test('answers whatever it is sent', async () => {
  const path = fc.oneof(
    fc.constantFrom('/faults', '/truth?match=', '/faults/', '//', '/health'),
    fc.webPath(),
    fc.webUrl().map((url) => `/${url}`),
  )
  const field = fc.oneof(fc.jsonValue(), fc.constantFrom('freeze', 'slow', '**', 1, -1, 1e300))
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({ kind: field, match: field, durationS: field, status: field }, { requiredKeys: [] })
      .map((fields) => JSON.stringify(fields)),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('POST', 'GET', 'DELETE', 'PUT', 'OPTIONS'),
      path,
      body,
      async (method, where, text) => {
        const { code } = await ask(method, where, method === 'GET' ? undefined : text)
        assert.ok(code >= 200 && code < 504 && code !== 500, `${method} ${where}: ${code}`)
      },
    ),
    { numRuns: 1_000, seed: 3 },
  )
  assert.deepEqual(errors, [])
  faults.end()
})
