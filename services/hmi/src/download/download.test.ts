import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSampleStream } from '@mla/model'
import { parquetReadObjects } from 'hyparquet'
import { createFakeArchive } from '../hmi.fake-archive.ts'
import { openHmi, pointOf, sampleOf } from '../hmi.fixture.ts'

const [a, b] = ['Array/A', 'Array/B']
const begin = Date.parse('2026-11-21T04:00:00Z') * 1000

async function openWithSamples() {
  const now = Date.now() * 1000
  const archive = createFakeArchive([
    sampleOf(a, begin, 1.5),
    sampleOf(a, begin + 1, Number.NaN),
    sampleOf(a, begin + 2, null, 'double', 0x80310000),
    sampleOf(b, begin, '=1+1', 'string'),
    sampleOf(a, now - 2_000_000, 2),
  ])
  const hmi = await openHmi({ points: [pointOf(a), pointOf(b, { type: 'string' })], archive })
  await hmi.publish(sampleOf(a, now - 2_000_000, 2), sampleOf(a, now - 1_000_000, -3))
  while ((await hmi.metric('mla_records_received_total{service="hmi"}')) < 2);
  const get = (query: string) => fetch(`${hmi.url}/download?from=2026-11-21T04:00:00Z&${query}`)
  return Object.assign(hmi, { get })
}

test('a range is whole, archive and memory joined, each sample once', async () => {
  await using hmi = await openWithSamples()
  const response = await hmi.get(`points=${a}&format=ndjson`)
  const lines = (await response.text()).trim().split('\n')
  const values = lines.map((line) => (JSON.parse(line) as { value: unknown }).value)
  assert.deepEqual(values, [1.5, 'NaN', null, 2, -3])
})

test('CSV has a header, keeps numbers, and makes no formulas', async () => {
  await using hmi = await openWithSamples()
  const response = await hmi.get('match=Array/*')
  assert.match(response.headers.get('content-disposition') ?? '', /samples\.csv/)
  const lines = (await response.text()).split('\r\n')
  assert.equal(lines[0], 'point,time,value,text,quality,status,sourceTime,serverTime,collectedTime')
  assert.match(lines[1] ?? '', /^Array\/A,2026-11-21T04:00:00Z,1\.5,,GOOD,0,/)
  assert.match(lines[3] ?? '', /,,,BAD,2150694912,/)
  assert.match(lines[5] ?? '', /,-3,/)
  assert.match(lines[6] ?? '', /^Array\/B,.*,'=1\+1,/)
})

test('JSON is one list', async () => {
  await using hmi = await openWithSamples()
  const list = (await (await hmi.get(`points=${a},${b}&format=json`)).json()) as unknown[]
  assert.equal(list.length, 6)
  const empty = await hmi.get(`points=${a}&format=json&to=2026-11-21T04:00:00.000000Z`)
  assert.equal(empty.status, 400)
})

test('Parquet is read by another library, microseconds and nulls included', async () => {
  await using hmi = await openWithSamples()
  const file = await (await hmi.get(`points=${a},${b}&format=parquet`)).arrayBuffer()
  const rows = await parquetReadObjects({ file })
  assert.equal(rows.length, 6)
  assert.partialDeepStrictEqual(rows[0], { point: a, value: 1.5, quality: 'GOOD', status: 0n })
  assert.equal(Number.isNaN(rows[1]?.['value']), true)
  assert.equal(rows[2]?.['value'] ?? null, null)
  assert.equal(rows[5]?.['text'], '=1+1')
  assert.deepEqual(rows[0]?.['time'], new Date('2026-11-21T04:00:00Z'))
})

test('the stream keeps samples as they are, archive and memory joined', async () => {
  await using hmi = await openWithSamples()
  const { body } = await hmi.get(`points=${a},${b}&format=stream`)
  assert.ok(body)
  const samples = (await Array.fromAsync(readSampleStream(body))).flat()
  const of = (id: string) =>
    samples.filter(({ point }) => point === id).map(({ type, value }) => [type, value])
  assert.deepEqual(
    of(a),
    [1.5, Number.NaN, null, 2, -3].map((value) => ['double', value]),
  )
  assert.deepEqual(of(b), [['string', '=1+1']])
})

const wrong: [string, string, number][] = [
  ['a format that there is not', `points=${a}&format=xls`, 400],
  ['no point', 'format=csv', 400],
  ['a time that is none', `points=${a}&to=yesterday`, 400],
]
for (const [what, query, status] of wrong) {
  test(`${what} is refused`, async () => {
    await using hmi = await openWithSamples()
    assert.equal((await hmi.get(query)).status, status)
  })
}

test('an archive that goes away breaks the file off', async () => {
  await using hmi = await openWithSamples()
  hmi.archive.away = true
  await assert.rejects(async () => (await hmi.get(`points=${a}`)).text())
})
