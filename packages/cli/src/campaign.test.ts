import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openFakeHmi, runMla } from './cli.fixture.ts'

const campaign = {
  ...{ id: 'lv2k', points: ['Tel01/A', 'Tel01/B'], intervalMs: 10, by: 'anna', why: 'vibrations' },
  ...{ since: '2026-11-21T10:00:00Z', until: '2026-11-21T10:05:00Z', endedBy: null },
}
const node = (id: string) => ({ node: { id } })
const points = {
  data: {
    points: {
      ...{ edges: [node('Tel01/B'), node('Tel01/A')], totalCount: 2 },
      pageInfo: { hasNextPage: false, endCursor: null },
    },
  },
}

test('campaign begin names points, interval, time and reason, and says how to end it', async () => {
  await using hmi = await openFakeHmi(points, { data: { beginCampaign: campaign } })
  const line = [
    'campaign',
    'begin',
    'Tel01/*',
    '--every',
    '10ms',
    '--for',
    '5m',
    '-m',
    'vibrations',
  ]
  const { code, out, err } = await runMla(line, { ...hmi.env, USER: 'anna' })
  assert.equal(code, 0, err)
  assert.deepEqual(hmi.asked[1]?.variables, {
    ...{ points: ['Tel01/A', 'Tel01/B'], intervalMs: 10, for: '5m', why: 'vibrations' },
    by: 'anna',
  })
  assert.equal(out, 'lv2k: 2 points every 10 ms until 2026-11-21T10:05:00Z\n')
  assert.match(err, /mla campaign end lv2k/)
})

test('campaign begin wants a reason before it asks anybody', async () => {
  const { code, err } = await runMla(['campaign', 'begin', 'Tel01/*'])
  assert.equal(code, 2)
  assert.match(err, /--why is missing/)
})

test('campaign list shows who, why and how long', async () => {
  await using hmi = await openFakeHmi({ data: { campaigns: [{ ...campaign, endedBy: 'bert' }] } })
  const { out } = await runMla(['campaign', 'list'], hmi.env)
  assert.match(out, /lv2k +over +2 +10 ms +\S+Z +\S+Z \(bert\) +anna +vibrations: Tel01\/A, …/)
})

test('campaign end answers with the reason of a refusal', async () => {
  const errors = [{ message: 'no campaign "x" is active', extensions: { code: 'QUERY_INVALID' } }]
  await using hmi = await openFakeHmi({ data: null, errors })
  const { code, err } = await runMla(['campaign', 'end', 'x'], hmi.env)
  assert.equal(code, 2)
  assert.match(err, /no campaign "x" is active/)
})
