import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openFakeHmi, runMla } from './cli.fixture.ts'

const night = {
  alarmFigures: {
    ...{ annunciated: 7, perTenMinutes: 0.1, mostInTenMinutes: 3, floods: [] },
    mostFrequent: [{ alarm: 'Tel01/Mount/TooSlow', count: 4 }],
    acknowledged: { count: 5, median: 30, longest: 120 },
  },
  downtime: {
    seconds: 1800,
    causes: [
      ...[
        { alarm: 'WindHigh', priority: 'CRITICAL', count: 2, seconds: 1800, longestSeconds: 900 },
      ],
    ],
  },
  dataQuality: {
    systems: [{ system: 'Tel01', points: 2300, good: 0.995, uncertain: 0, bad: 0, missing: 0.005 }],
  },
  actions: {
    edges: [{ node: { time: '2026-11-21T03:00:00Z', message: 'ada: acknowledge WindHigh' } }],
    pageInfo: { hasNextPage: false },
  },
  notes: [
    { time: '2026-11-21T02:00:00Z', point: null, alarm: 'WindHigh', text: 'gusts', by: 'ada' },
  ],
}

test('report tells the night in words: alarms, downtime by cause, quality, actions, notes', async () => {
  await using hmi = await openFakeHmi({ data: night })
  const range = ['--from', '2026-11-20T18:00:00Z', '--to', '2026-11-21T06:00:00Z']
  const { code, out, err } = await runMla(['report', ...range], hmi.env)
  assert.equal(code, 0, err)
  assert.deepEqual(hmi.asked[0]?.variables, {
    ...{ from: '2026-11-20T18:00:00Z', to: '2026-11-21T06:00:00Z' },
  })
  for (const words of [
    ...['7 called: 0.10 in ten minutes', 'Tel01/Mount/TooSlow: 4', '30.0 min with an alarm'],
    ...['WindHigh  CRITICAL', '99.50 %', 'ada: acknowledge WindHigh', 'ada on WindHigh: gusts'],
  ]) {
    assert.ok(out.includes(words), `${words}\n${out}`)
  }
})

test('report answers JSON, and refuses a range that is none', async () => {
  await using hmi = await openFakeHmi({ data: night })
  const { code, out } = await runMla(['report', '--json'], hmi.env)
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(out).downtime, night.downtime)
  const wrong = await runMla(['report', '--from', '1h', '--to', '2h'], hmi.env)
  assert.equal(wrong.code, 2)
  assert.match(wrong.err, /--from is not before --to/)
})
