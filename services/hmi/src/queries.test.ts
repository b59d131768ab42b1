import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTime } from '@mla/model'
import { createFakeArchive } from './hmi.fake-archive.ts'
import { type Fixture, openHmi, pointOf, sampleOf } from './hmi.fixture.ts'

const now = Math.floor(Date.now() / 1000) * 1_000_000
const second = 1_000_000
const a = 'Array/LST1/Temperature'
const b = 'Array/LST1/Mode'
const old = 'Array/LST1/Old'

interface Values {
  readonly latest: readonly { readonly value: unknown }[]
}

interface Page {
  readonly points: {
    readonly totalCount: number
    readonly pageInfo: Readonly<Record<string, unknown>>
    readonly edges: readonly { readonly node: { readonly id: string } }[]
  }
}

interface Histories {
  readonly history: readonly { readonly samples: readonly { readonly value: unknown }[] }[]
}

/** Resolves when the value of a point is what is wanted. */
async function untilLatest(hmi: Fixture, point: string, value: unknown): Promise<void> {
  for (;;) {
    const query = 'query($p: [ID!]!) { latest(points: $p) { value } }'
    const { data } = await hmi.query<Values>(query, { p: [point] })
    if (data.latest[0]?.value === value) return
  }
}

test('points answers pages in the order of ids, with what the configuration says', async () => {
  const enumeration = new Map([
    [0, 'OFF'],
    [1, 'ON'],
  ] as const)
  await using hmi = await openHmi({
    points: [
      pointOf(b, { type: 'enum', enumeration, unit: null }),
      pointOf(a, { range: { low: -10, high: 40 } }),
      pointOf(old),
    ],
  })
  const query = `query($match: String, $first: Int, $after: String) {
    points(match: $match, first: $first, after: $after) {
      totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node {
        id description unit type source intervalMs archiveClass
        range { low high } enumeration { code name } } } } }`
  const ask = async (variables: Record<string, unknown>) =>
    (await hmi.query<Page>(query, variables)).data.points
  const page = await ask({ first: 1 })
  assert.deepEqual(page.edges[0]?.node, {
    id: b,
    description: `what ${b} measures`,
    unit: null,
    type: 'enum',
    source: 'Server',
    intervalMs: 1000,
    archiveClass: 'standard',
    range: null,
    enumeration: [
      { code: 0, name: 'OFF' },
      { code: 1, name: 'ON' },
    ],
  })
  assert.equal(page.totalCount, 3)
  assert.equal(page.pageInfo['hasNextPage'], true)
  const rest = await ask({ first: 5, after: page.pageInfo['endCursor'] })
  assert.deepEqual(
    rest.edges.map(({ node }) => node.id),
    [old, a],
  )
  assert.equal(rest.pageInfo['hasNextPage'], false)
  assert.equal(rest.pageInfo['hasPreviousPage'], true)
  assert.equal((await ask({ match: '**/Temp*' })).totalCount, 1)
})

test('latest joins memory and archive, and names what does not exist', async () => {
  const archive = createFakeArchive([
    sampleOf(old, now - 3600 * second, 7),
    sampleOf(a, now - 9, 0),
  ])
  await using hmi = await openHmi({ archive, points: [a, b, old].map((id) => pointOf(id)) })
  await hmi.publish(sampleOf(a, now + 123_456, 21.5), sampleOf(b, now, 2n ** 62n, 'int64'))
  await untilLatest(hmi, a, 21.5)
  const { status, data, errors } = await hmi.query<Values>(
    `{ latest(points: ["${a}", "${b}", "${old}", "No/Such", "${a}"]) {
        point time sourceTime serverTime collectedTime value text quality status missed } }`,
  )
  assert.equal(status, 200)
  const time = formatTime(now + 123_456)
  assert.deepEqual(data.latest[0], {
    ...{ point: a, time, sourceTime: time, serverTime: time, collectedTime: time, value: 21.5 },
    ...{ text: null, quality: 'GOOD', status: 0, missed: 0 },
  })
  assert.deepEqual(
    data.latest.map(({ value }) => value),
    [21.5, String(2n ** 62n), 7],
  )
  assert.match(errors?.[0]?.message ?? '', /No\/Such/)
  assert.equal(errors?.[0]?.extensions['code'], 'QUERY_INVALID')
})

test('latest of a point without any sample leaves it out, without an error', async () => {
  await using hmi = await openHmi({ points: [pointOf(a)] })
  const answer = await hmi.query(`{ latest(points: ["${a}"]) { value } }`)
  assert.deepEqual(answer, { status: 200, data: { latest: [] } })
})

test('latest at a time is what it was then', async () => {
  const archive = createFakeArchive([sampleOf(a, now - 100 * second, 1)])
  await using hmi = await openHmi({ archive, points: [pointOf(a)] })
  await hmi.publish(sampleOf(a, now - 2 * second, 2), sampleOf(a, now, 3))
  await untilLatest(hmi, a, 3)
  for (const [at, value] of [
    [now - 100 * second, 1],
    [now - 2 * second - 1, 1],
    [now - 2 * second, 2],
    [now + second, 3],
  ] as const) {
    const query = `{ latest(points: ["${a}"], at: "${formatTime(at)}") { value } }`
    const { data } = await hmi.query(query)
    assert.deepEqual(data, { latest: [{ value }] })
  }
})

test('latest goes on from memory while the archive is away, and says so', async () => {
  await using hmi = await openHmi({ points: [pointOf(a), pointOf(b)] })
  hmi.archive.away = true
  await hmi.publish(sampleOf(a, now, 3))
  await untilLatest(hmi, a, 3)
  const { data, errors } = await hmi.query(`{ latest(points: ["${a}", "Other/Point"]) { value } }`)
  assert.deepEqual(data, { latest: [{ value: 3 }] })
  assert.equal(errors?.[0]?.extensions['code'], 'ARCHIVE_UNAVAILABLE')
  assert.equal(errors?.[0]?.extensions['retryable'], true)
})

test('history joins archive and memory without gap or double', async () => {
  const both = [2, 3].map((i) => sampleOf(a, now + i * second, i))
  const archive = createFakeArchive(
    [0, 1].map((i) => sampleOf(a, now + i * second, i)).concat(both),
  )
  await using hmi = await openHmi({ archive, points: [pointOf(a)] })
  await hmi.publish(...both, sampleOf(a, now + 4 * second, 4))
  await untilLatest(hmi, a, 4)
  const query = `query($from: DateTime!, $to: DateTime!, $max: Int, $every: Duration, $method: ResampleMethod) {
    history(points: ["${a}"], from: $from, to: $to, maxPoints: $max, every: $every, method: $method) {
      point tier samples { time value } buckets { time count min max mean first last } } }`
  const range = { from: formatTime(now), to: formatTime(now + 10 * second) }
  const values = async (more: Record<string, unknown>) => {
    const { data } = await hmi.query<Histories>(query, { ...range, ...more })
    return data.history[0]?.samples.map(({ value }) => value)
  }
  assert.deepEqual(await values({}), [0, 1, 2, 3, 4])
  const means = await values({ every: '2s', method: 'MEAN' })
  assert.deepEqual(means, [0.5, 2.5, 4, null, null])
  const thinned = await hmi.query(query, { ...range, max: 3 })
  assert.deepEqual(thinned.data['history'], [
    {
      ...{ point: a, tier: 'raw', samples: null },
      buckets: [{ time: range.from, count: 5, min: 0, max: 4, mean: 2, first: 0, last: 4 }],
    },
  ])
})

/** A request that is refused, and the code it is refused with. */
const refused: [what: string, query: string, code: string][] = [
  ['no document', 'nonsense', 'QUERY_INVALID'],
  ['a syntax tree in its place', '{"kind":"Document","definitions":[]}', 'QUERY_INVALID'],
  ['an unknown field', '{ latest(points: []) { nothing } }', 'QUERY_INVALID'],
  ['a malformed time', '{ latest(points: [], at: "yesterday") { value } }', 'TIME_INVALID'],
  ['a cursor of something else', '{ points(after: "abc") { totalCount } }', 'QUERY_INVALID'],
  ['a page too large', '{ points(first: 25001) { totalCount } }', 'QUERY_TOO_LARGE'],
  ['a page of negative size', '{ points(first: -1) { totalCount } }', 'QUERY_INVALID'],
  [
    'a range that ends before it begins',
    '{ history(points: [], from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z") { tier } }',
    'QUERY_INVALID',
  ],
  [
    'every without method',
    '{ history(points: [], from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z", every: "1s") { tier } }',
    'QUERY_INVALID',
  ],
  [
    'a step too fine',
    '{ history(points: [], from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z", every: "1s", method: LAST) { tier } }',
    'QUERY_TOO_LARGE',
  ],
  [
    'more points than fit',
    `{ latest(points: [${Array.from({ length: 25_001 }, (_, i) => `"A/${i}"`)}]) { value } }`,
    'QUERY_TOO_LARGE',
  ],
  [
    'many root fields',
    `{ ${Array.from({ length: 51 }, (_, i) => `a${i}: latest(points: []) { value }`).join(' ')} }`,
    'QUERY_TOO_LARGE',
  ],
  ['deep nesting', `${'{ a '.repeat(5_000)}${'}'.repeat(5_000)}`, 'QUERY_TOO_LARGE'],
  [
    'fragments that multiply',
    `{ ...f0 } ${Array.from({ length: 30 }, (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`).join(' ')} fragment f30 on Query { __typename }`,
    'QUERY_TOO_LARGE',
  ],
  ['a subscription over HTTP', 'subscription { samples(points: []) { value } }', 'QUERY_INVALID'],
]

test('requests that cannot be answered are refused with a code', async (t) => {
  await using hmi = await openHmi({ points: [pointOf(a)] })
  for (const [what, query, code] of refused) {
    await t.test(what, async () => {
      const { errors } = await hmi.query(query)
      assert.equal(errors?.[0]?.extensions['code'], code, JSON.stringify(errors?.[0]))
    })
  }
})

test('introspection works within the limits', async () => {
  await using hmi = await openHmi({})
  const { getIntrospectionQuery, buildClientSchema } = await import('graphql')
  const { data } = await hmi.query(getIntrospectionQuery())
  assert.ok(
    buildClientSchema(data as never)
      .getSubscriptionType()
      ?.getFields()['samples'],
  )
})

test('a body of more than 8 MiB is refused', async () => {
  await using hmi = await openHmi({})
  const { status, errors } = await hmi.query(`{ __typename } #${'x'.repeat(8 * 2 ** 20)}`)
  assert.equal(status, 413)
  assert.equal(errors?.[0]?.extensions['code'], 'QUERY_TOO_LARGE')
})

test('pages of other origins and rebound names are refused, health is not', async () => {
  await using hmi = await openHmi({})
  const ask = async (path: string, headers: Record<string, string>) => {
    const { request } = await import('node:http')
    return new Promise<number>((resolve, reject) => {
      const asked = request(`${hmi.url}${path}`, { headers }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      asked.on('error', reject).end()
    })
  }
  const query = '/graphql?query=%7B__typename%7D'
  assert.equal(await ask(query, { host: 'localhost:1234' }), 200)
  assert.equal(await ask(query, { host: 'hmi:8080', origin: 'http://hmi:8080' }), 200)
  assert.equal(await ask(query, { host: 'evil.example' }), 403)
  assert.equal(await ask(query, { origin: 'https://evil.example' }), 403)
  assert.equal(await ask(query, { origin: 'null' }), 403)
  assert.equal(await ask('/health/live', { host: 'evil.example' }), 200)
})

test('percentiles join archive and memory, and name what nobody knows', async () => {
  const held = [1, 2, 3].map((value, i) => sampleOf(a, now - (200 - i) * second, value))
  await using hmi = await openHmi({ points: [pointOf(a)], archive: createFakeArchive(held) })
  await hmi.publish(sampleOf(a, now - second, 4), sampleOf(a, now, 5))
  await untilLatest(hmi, a, 5)
  const query = `query($from: DateTime!, $to: DateTime!, $percents: [Float!]!) {
    percentiles(points: ["${a}", "Array/Nowhere"], from: $from, to: $to, percents: $percents) {
      point tier count accuracy values { percent value } } }`
  const range = { from: formatTime(now - 300 * second), to: formatTime(now + second) }
  const { data, errors } = await hmi.query(query, { ...range, percents: [0, 50, 100] })
  assert.deepEqual(data['percentiles'], [
    {
      ...{ point: a, tier: 'raw', count: 5, accuracy: 0.01 },
      values: [1, 3, 5].map((value, i) => ({ percent: i * 50, value })),
    },
  ])
  assert.match(errors?.[0]?.message ?? '', /Array\/Nowhere/)
  for (const percents of [[], [-1], [100.1]]) {
    const refused = await hmi.query(query, { ...range, percents })
    assert.equal(refused.errors?.[0]?.extensions['code'], 'QUERY_INVALID')
  }
})
