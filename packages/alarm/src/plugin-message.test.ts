import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MessageFault, understand } from './plugin-message.ts'

const now = 1_795_176_000_000_000

/** As an IAS plugin sends one monitor point: everything is a text. */
const point = {
  ...{ id: 'Temperature', value: '12.5', sampleTime: '2026-11-21T04:00:00.7' },
  ...{ filteredTime: '2026-11-21T04:00:00.700', operationalMode: 'OPERATIONAL' },
  ...{ validity: 'RELIABLE', pluginID: 'P', monitoredSystemID: 'M' },
  ...{ producedByPluginTime: '2026-11-21T04:00:00.80', publishTime: '2026-11-21T04:00:00.123' },
}
const base = Date.UTC(2026, 10, 21, 4) * 1000

test('what IAS plugins send is understood, with its time stamps as IAS means them', () => {
  const value = {
    ...{ id: 'Temperature', value: '12.5', sampled: base + 7_000, produced: base + 80_000 },
    ...{ mode: 'OPERATIONAL', validity: 'RELIABLE' },
  }
  const batch = { plugin: 'P', monitoredSystem: 'M', published: base + 123_000, values: [value] }
  assert.deepEqual(understand(point, now), { ok: true, batch })
  const { pluginID, monitoredSystemID, publishTime, ...rest } = point
  const buffered = { systemID: pluginID, monitoredSystemID, publishTime, monitorPoints: [rest] }
  assert.deepEqual(understand(buffered, now), { ok: true, batch })
})

test('our own message needs little, and takes JSON values as they are', () => {
  const own = { plugin: 'P', monitoredSystem: 'M' }
  const told = understand({ ...own, id: 'T', value: 1.5 }, now)
  assert.deepEqual(told, {
    ok: true,
    batch: {
      ...{ plugin: 'P', monitoredSystem: 'M', published: now },
      values: [
        {
          ...{ id: 'T', value: '1.5', sampled: null, produced: now },
          ...{ mode: 'UNKNOWN', validity: 'RELIABLE' },
        },
      ],
    },
  })
  const values: readonly [unknown, string | null][] = [
    [true, 'true'],
    [-0, '-0'],
    [[1, 2.5], '[1, 2.5]'],
    [[], '[]'],
    ['', ''],
    [null, null],
    ['9223372036854775807', '9223372036854775807'],
    [1e300, '1e+300'],
  ]
  for (const [value, text] of values) {
    const result = understand({ ...own, values: [{ id: 'T', value }] }, now)
    assert.equal(result.ok && result.batch.values[0]?.value, text)
  }
  const times = { published: '2026-11-21T05:00:00+01:00', id: 'T', value: 1, mode: 'STARTUP' }
  const result = understand({ ...own, ...times, sampled: '2026-11-21T03:59:59.000001Z' }, now)
  assert.ok(result.ok)
  const [value] = result.batch.values
  assert.deepEqual([value?.produced, value?.sampled], [base, base - 999_999])
})

const bad: readonly [what: string, message: unknown, fault: MessageFault, reason: RegExp][] = [
  ['a number', 7, 'shape', /no JSON object/],
  ['an array in an array', [], 'shape', /no JSON object/],
  ['no plugin', { id: 'T', value: 1, monitoredSystem: 'M' }, 'shape', /"plugin" is missing/],
  ['no value', { plugin: 'P', monitoredSystem: 'M', id: 'T' }, 'shape', /"value" is missing/],
  ['an IAS point without id', { ...point, id: '' }, 'shape', /"id" is missing/],
  ['a strange validity', { ...point, validity: 'MAYBE' }, 'shape', /"MAYBE"/],
  ['a time in words', { ...point, sampleTime: 'yesterday' }, 'time', /"sampleTime" is "yesterday"/],
  ['a time as a number', { ...point, sampleTime: 7 }, 'shape', /"sampleTime" is no text/],
  ['a plugin that is no identifier', { ...point, pluginID: 'a:b' }, 'identifier', /":" in it/],
  ['points that are none', { ...point, monitorPoints: 'x' }, 'shape', /no array/],
  ['a value that is an object', { ...point, value: {} }, 'shape', /"value" is no text/],
  ['a number that JSON rounds', { ...point, value: 2 ** 60 }, 'shape', /send a text/],
  ['a value without end', { ...point, value: 'x'.repeat(70_000) }, 'shape', /longer than/],
  [
    'too many values',
    { plugin: 'P', monitoredSystem: 'M', values: Array.from({ length: 10_001 }) },
    'shape',
    /10001 values/,
  ],
]
for (const [what, message, fault, reason] of bad) {
  test(`${what} is refused, and told why`, () => {
    const result = understand(message, now)
    assert.ok(!result.ok)
    assert.equal(result.fault, fault)
    assert.match(result.message, reason)
  })
}
