import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTime } from '@mla/model'
import { createFakeArchive } from './hmi.fake-archive.ts'
import { openClient, openHmi, pointOf, type RawClient, sampleOf } from './hmi.fixture.ts'

const now = Math.floor(Date.now() / 1000) * 1_000_000
const second = 1_000_000
const a = 'Array/LST1/Temperature'
const b = 'Array/LST1/Pressure'
const points = [pointOf(a), pointOf(b)]
const values = (samples: readonly Record<string, unknown>[]) => samples.map(({ value }) => value)

/** Collects samples until so many came. */
async function collect(client: RawClient, count: number): Promise<Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = []
  while (all.length < count) all.push(...(await client.samples()))
  return all
}

test('samples sends a snapshot, then every change in order', async () => {
  const archive = createFakeArchive([sampleOf(b, now - 3600 * second, 7)])
  await using hmi = await openHmi({ archive, points })
  await using client = await openClient(hmi.url)
  client.subscribe('1', 'subscription($p: [ID!]!) { samples(points: $p) { point value missed } }', {
    p: [a, b],
  })
  assert.deepEqual(await client.samples(), [{ point: b, value: 7, missed: 0 }])
  for (let i = 0; i < 100; i++) await hmi.publish(sampleOf(a, now + i, i))
  const got = await collect(client, 100)
  assert.deepEqual(
    values(got),
    Array.from({ length: 100 }, (_, i) => i),
  )
  assert.ok(got.every(({ missed }) => missed === 0))
})

test('samples sends an empty snapshot where nothing is known, and names unknown points', async () => {
  await using hmi = await openHmi({ points })
  await using client = await openClient(hmi.url)
  client.subscribe('1', `subscription { samples(points: ["${a}", "No/Such"]) { value } }`)
  const { payload } = await client.next()
  const { data, errors } = payload as { data: unknown; errors: { message: string }[] }
  assert.deepEqual(data, { samples: [] })
  assert.match(errors[0]?.message ?? '', /No\/Such/)
})

test('samples answers aliases, fragments, directives and __typename as graphql-js does', async () => {
  await using hmi = await openHmi({ points })
  await using client = await openClient(hmi.url)
  const query = `subscription($no: Boolean = false) {
    mine: samples(points: ["${a}"]) {
      __typename ...of v: value ... on Sample { quality text @include(if: $no) } time @skip(if: $no) } }
    fragment of on Sample { id: point v: value status sourceTime serverTime }`
  await hmi.publish(sampleOf(a, now + 1, Number.NaN, 'double', 0x80310000))
  while ((await hmi.metric('mla_records_received_total{service="hmi"}')) < 1);
  client.subscribe('x', query)
  const { id, payload } = await client.next()
  assert.equal(id, 'x')
  const time = formatTime(now + 1)
  const shown = { __typename: 'Sample', id: a, v: 'NaN', status: 0x80310000 }
  assert.deepEqual(payload, {
    data: { mine: [{ ...shown, sourceTime: time, serverTime: time, quality: 'BAD', time }] },
  })
})

test('samples since joins archive, memory and what comes, without gap or double', async () => {
  const at = (i: number) => sampleOf(a, now - 3600 * second + i * 300 * second, i)
  const archive = createFakeArchive([0, 1, 2, 3, 4, 5, 6].map(at))
  await using hmi = await openHmi({ archive, points })
  await hmi.publish(at(5), at(6), at(7), at(8))
  while ((await hmi.metric('mla_records_received_total{service="hmi"}')) < 4);
  await using client = await openClient(hmi.url)
  client.subscribe(
    '1',
    'subscription($since: DateTime) { samples(points: ["Array/LST1/Temperature"], since: $since) { value } }',
    { since: formatTime(at(1).collectedTime) },
  )
  assert.deepEqual(values(await collect(client, 7)), [2, 3, 4, 5, 6, 7, 8])
  await hmi.publish(at(9))
  assert.deepEqual(values(await collect(client, 1)), [9])
})

test('samples since too long ago is refused', async () => {
  await using hmi = await openHmi({ points })
  await using client = await openClient(hmi.url)
  client.subscribe(
    '1',
    'subscription { samples(points: [], since: "2020-01-01T00:00:00Z") { value } }',
  )
  const { errors } = (await client.next()).payload as { errors: { extensions: unknown }[] }
  assert.deepEqual(errors[0]?.extensions, { code: 'QUERY_TOO_LARGE', retryable: false })
  assert.equal((await client.next()).type, 'complete')
})

test('samples since a time after which nothing came sends an empty message', async () => {
  await using hmi = await openHmi({ points })
  await using client = await openClient(hmi.url)
  const since = formatTime(now)
  client.subscribe('1', `subscription { samples(points: ["${a}"], since: "${since}") { value } }`)
  assert.deepEqual(await client.samples(), [])
})

test('samples since tells when the archive fails under way', async () => {
  await using hmi = await openHmi({ points })
  hmi.archive.away = true
  await using client = await openClient(hmi.url)
  const since = formatTime(now - 3600 * second)
  await hmi.publish(sampleOf(a, now, 1))
  while ((await hmi.metric('mla_records_received_total{service="hmi"}')) < 1);
  client.subscribe('1', `subscription { samples(points: ["${a}"], since: "${since}") { value } }`)
  const { type, payload } = await client.next()
  assert.equal(type, 'error')
  const [error] = payload as { extensions: { code: string; retryable: boolean } }[]
  assert.deepEqual(error?.extensions, { code: 'ARCHIVE_UNAVAILABLE', retryable: true })
})

test('a slow client gets the newest of each point and a count, and slows nobody', async () => {
  const environment = { MLA_LIVE_BUFFER_KB: '16', MLA_LIVE_QUEUE: '100' }
  const text = 'x'.repeat(4000)
  await using hmi = await openHmi({ points, environment })
  await using slow = await openClient(hmi.url)
  await using fast = await openClient(hmi.url)
  const query = `subscription { samples(points: ["${a}"]) { time text value missed } }`
  for (const client of [slow, fast]) {
    client.subscribe('1', query)
    assert.deepEqual(await client.samples(), [])
  }
  slow.socket.pause()
  const count = 3000
  let fastGot = 0
  for (let i = 0; i < count; i += 20) {
    const some = Array.from({ length: 20 }, (_, k) =>
      sampleOf(a, now + i + k, `${i + k} ${text}`, 'string'),
    )
    await hmi.publish(...some)
    while (fastGot < i + 20) fastGot += (await fast.samples()).length
  }
  slow.socket.resume()
  let seen = 0
  let last: Record<string, unknown> = {}
  while (seen < count) {
    for (const sample of await slow.samples()) {
      seen += 1 + Number(sample['missed'])
      last = sample
    }
  }
  assert.equal(seen, count, 'what was folded is counted, neither more nor less')
  assert.match(String(last['value']), new RegExp(`^${count - 1} `))
  assert.ok((await hmi.metric('mla_hmi_missed_total{service="hmi"}')) > 0)
})

test('a client that reads nothing is closed after a time', async () => {
  const environment = { MLA_LIVE_BUFFER_KB: '16', MLA_LIVE_STALL_SECONDS: '0.3' }
  await using hmi = await openHmi({ points, environment })
  await using stuck = await openClient(hmi.url)
  stuck.subscribe('1', `subscription { samples(points: ["${a}"]) { value } }`)
  await stuck.samples()
  stuck.socket.pause()
  const text = 'x'.repeat(100_000)
  const clients = () => hmi.metric('mla_hmi_clients{service="hmi"}')
  for (let i = 0; (await clients()) > 0; i++) {
    await hmi.publish(sampleOf(a, now + i, text, 'string'))
  }
  stuck.socket.resume()
  await stuck.closed
})

test('complete ends a subscription, and its id may be used again', async () => {
  await using hmi = await openHmi({ points })
  await using client = await openClient(hmi.url)
  const query = `subscription { samples(points: ["${a}"]) { value } }`
  const running = () => hmi.metric('mla_hmi_subscriptions{service="hmi"}')
  for (let i = 0; i < 3; i++) {
    client.subscribe('1', query)
    await client.samples()
    client.send({ id: '1', type: 'complete' })
    while ((await running()) > 0);
  }
})

test('queries work over the WebSocket too, and limits hold there', async () => {
  const environment = { MLA_LIVE_SUBSCRIPTIONS: '2' }
  await using hmi = await openHmi({ points, environment })
  await using client = await openClient(hmi.url)
  client.subscribe('q', '{ points { totalCount } }')
  assert.deepEqual((await client.next()).payload, { data: { points: { totalCount: 2 } } })
  assert.equal((await client.next()).type, 'complete')
  const query = `subscription { samples(points: []) { value } }`
  for (const id of ['1', '2', '3']) client.subscribe(id, query)
  const types = [await client.next(), await client.next(), await client.next()].map(
    ({ id, type }) => `${id} ${type}`,
  )
  assert.deepEqual(types.sort(), ['1 next', '2 next', '3 error'])
})

test('more clients than allowed are refused, those there stay', async () => {
  await using hmi = await openHmi({ points, environment: { MLA_LIVE_CLIENTS: '1' } })
  await using first = await openClient(hmi.url)
  await assert.rejects(openClient(hmi.url), /503/)
  first.send({ type: 'ping' })
  assert.equal((await first.next()).type, 'pong')
})

test('redelivered batches reach nobody twice', async () => {
  await using hmi = await openHmi({ points })
  await using client = await openClient(hmi.url)
  client.subscribe('1', `subscription { samples(points: ["${a}"]) { value } }`)
  await client.samples()
  await hmi.publish(sampleOf(a, now, 1))
  const { monSamples } = await import('@mla/bus')
  const again = hmi.bus.messages(monSamples.name).map(({ bytes }) => monSamples.decode(bytes))
  for (const record of again)
    await hmi.bus.publish(monSamples, [{ key: 'Server', partition: 0, record }])
  await hmi.publish(sampleOf(a, now + 1, 2))
  assert.deepEqual(values(await collect(client, 2)), [1, 2])
  const rejected = 'mla_records_rejected_total{reason="redelivered",service="hmi"}'
  assert.equal(await hmi.metric(rejected), 1)
})
