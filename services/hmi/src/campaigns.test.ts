import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mlaState } from '@mla/bus'
import { campaignIn, documentOf } from '@mla/control'
import { openHmi, pointOf } from './hmi.fixture.ts'

const points = [
  pointOf('Tel01/A'),
  pointOf('Tel01/B', { intervalMs: 50 }),
  pointOf('Tel01/A.Mean', {
    source: 'derived',
    derived: {
      ...{ inputs: ['Tel01/A'], allowance: 0 },
      make: { kind: 'resample', every: 1_000_000, method: 'LAST', maxHold: null },
    },
  }),
]
const fields = 'id points intervalMs since until by why endedBy'
const begin = `mutation ($points: [ID!]!, $ms: Float!, $for: Duration!, $why: String!) {
  beginCampaign(points: $points, intervalMs: $ms, duration: $for, why: $why) { ${fields} } }`
const wanted = { points: ['Tel01/A'], ms: 10, for: '10m', why: 'vibrations' }

interface Shown {
  readonly id: string
  readonly since: string
  readonly until: string
}

test('a campaign is begun, listed, and ended, and each is on the bus', async () => {
  await using hmi = await openHmi({ points })
  const { data } = await hmi.query<{ beginCampaign: Shown }>(begin, wanted)
  const { id, since, until } = data.beginCampaign
  assert.equal(Date.parse(until) - Date.parse(since), 600_000)
  assert.partialDeepStrictEqual(data.beginCampaign, {
    ...{ points: ['Tel01/A'], intervalMs: 10, why: 'vibrations', endedBy: null },
  })
  const list = `{ campaigns(active: true) { id } }`
  assert.deepEqual((await hmi.query(list)).data, { campaigns: [{ id }] })
  const end = `mutation ($id: ID!) { endCampaign(id: $id) { id endedBy } }`
  const ended = await hmi.query<{ endCampaign: { endedBy: string } }>(end, { id })
  assert.ok(ended.data.endCampaign.endedBy)
  assert.deepEqual((await hmi.query(list)).data, { campaigns: [] })
  assert.deepEqual((await hmi.query('{ campaigns { id } }')).data, { campaigns: [{ id }] })
  const again = await hmi.query(end, { id })
  assert.match(again.errors?.[0]?.message ?? '', /no campaign.*none is active/)
  const documents = hmi.bus
    .messages('mla.state')
    .map(({ bytes }) => campaignIn(mlaState.decode(bytes)))
  assert.deepEqual(
    documents.map((one) => [one?.id, one?.endedBy === null]),
    [
      [id, true],
      [id, false],
    ],
  )
})

test('campaigns of an earlier life are known', async () => {
  await using hmi = await openHmi({ points })
  const record = documentOf(
    {
      ...{ id: 'old', points: ['Tel01/A'], intervalMs: 10, since: 1, until: 2, endedBy: null },
      ...{ by: 'anna', why: 'noise' },
    },
    1,
    'anna',
  )
  await hmi.bus.publish(mlaState, [{ key: record.key, record }])
  for (let known = false; !known; ) {
    const { data } = await hmi.query<{ campaigns: Shown[] }>('{ campaigns { id } }')
    known = data.campaigns.some(({ id }) => id === 'old')
  }
})

const refused: [what: string, change: Partial<typeof wanted>, message: RegExp][] = [
  ['no point', { points: [] }, /at least one/],
  ['a point that there is not', { points: ['Tel01/X'] }, /there is no Tel01\/X/],
  ['a derived point', { points: ['Tel01/A.Mean'] }, /is derived; name what it is made of/],
  ['what is sampled so fast as it is', { points: ['Tel01/B'], ms: 50 }, /every 50 ms as it is/],
  ['no reason', { why: ' ' }, /why/],
  ['too long a time', { for: '25h' }, /duration: from 1s to 24h/],
  ['no interval', { ms: 0 }, /intervalMs: at least 1/],
  ['too much at once', { ms: 1, points: Array(2001).fill('Tel01/A') }, /at most 2000/],
]
for (const [what, change, message] of refused) {
  test(`a campaign of ${what} is refused, and says why`, async () => {
    await using hmi = await openHmi({ points })
    const { errors } = await hmi.query(begin, { ...wanted, ...change })
    assert.match(errors?.[0]?.message ?? '', message)
  })
}

test('all campaigns together stay below what the system takes', async () => {
  const many = Array.from({ length: 150 }, (_, i) => pointOf(`Tel01/P${i}`))
  await using hmi = await openHmi({ points: many })
  const ids = many.map(({ id }) => id)
  const first = await hmi.query(begin, { ...wanted, points: ids.slice(0, 100) })
  assert.equal(first.errors, undefined)
  const second = await hmi.query(begin, { ...wanted, points: ids, ms: 10 })
  assert.match(second.errors?.[0]?.message ?? '', /25000 values\/s, more than 20000/)
})
