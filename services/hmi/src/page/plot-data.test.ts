import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Bucket, Point, Quality, Sample, Series, Value } from './api.ts'
import {
  align,
  appendSamples,
  createTrace,
  extentOf,
  holdBefore,
  traceOf,
  valueAt,
} from './plot-data.ts'

const point = (type: string, id = 'A/B'): Point => ({
  id,
  description: null,
  unit: null,
  type,
  intervalMs: 1000,
  enumeration: null,
})

const sample = (second: number, value: Value, quality: Quality = 'GOOD'): Sample => ({
  point: 'A/B',
  time: new Date(second * 1000).toISOString(),
  value,
  text: null,
  quality,
  status: 0,
})

const drawn: readonly [name: string, type: string, samples: readonly Sample[], line: unknown][] = [
  ['numbers are drawn as they are', 'double', [sample(1, 1.5), sample(2, 2.5)], [1.5, 2.5]],
  ['a BAD sample breaks the line', 'double', [sample(1, 1), sample(2, 2, 'BAD')], [1, null]],
  ['an UNCERTAIN one does not', 'double', [sample(1, 1), sample(2, 2, 'UNCERTAIN')], [1, 2]],
  ['a gap marker breaks the line', 'double', [sample(1, 1), sample(2, null, 'BAD')], [1, null]],
  [
    'NaN and infinities break it',
    'double',
    [sample(1, 'NaN'), sample(2, '-Infinity')],
    [null, null],
  ],
  ['booleans are 0 and 1', 'boolean', [sample(1, false), sample(2, true)], [0, 1]],
  ['64-bit integers come as texts', 'uint64', [sample(1, '18446744073709551615')], [2 ** 64]],
  ['texts get codes', 'string', [sample(1, 'x'), sample(2, 'y'), sample(3, 'x')], [0, 1, 0]],
  ['an array is drawn by its mean', 'double[]', [sample(1, [1, 2, 6])], [3]],
  ['an older or equal time is left out', 'double', [sample(2, 2), sample(2, 3), sample(1, 1)], [2]],
]

for (const [name, type, samples, line] of drawn)
  test(name, () => {
    const trace = createTrace(point(type))
    appendSamples(trace, samples)
    assert.deepEqual(trace.middle, line)
  })

const bucket = (second: number, min: number, max: number) => ({
  time: new Date(second * 1000).toISOString(),
  count: 60,
  min,
  max,
  mean: (min + max) / 2,
  last: max,
})

const bucketed = (...buckets: readonly Bucket[]): Series => ({
  point: 'A/B',
  tier: '1m',
  samples: null,
  buckets,
})

test('buckets keep every spike in the band', () => {
  const series = bucketed(bucket(60, 0, 2), bucket(120, 0, 99), bucket(180, 1, 3))
  const trace = traceOf(point('double'), series, new Map())
  assert.deepEqual(trace.middle, [1, 49.5, 2])
  assert.deepEqual(trace.high, [2, 99, 3])
})

test('where buckets are left out the line breaks only behind a gap marker', () => {
  const first = [bucket(60, 0, 2), bucket(120, 0, 2)]
  const held = traceOf(point('double'), bucketed(...first, bucket(300, 1, 3)), new Map())
  assert.deepEqual(held.times, [60, 120, 300])
  const ended = { ...bucket(180, 0, 2), last: null }
  const broken = traceOf(point('double'), bucketed(...first, ended, bucket(300, 1, 3)), new Map())
  assert.deepEqual(broken.times, [60, 120, 180, 240, 300])
  assert.deepEqual(broken.middle, [1, 1, 1, null, 2])
})

test("a state's bucket shows its last state, never a mean of codes", () => {
  const trace = traceOf(point('enum'), bucketed(bucket(60, 0, 3)), new Map([[3, 'FAULT']]))
  assert.deepEqual(trace.middle, [3])
  assert.equal(trace.names.get(3), 'FAULT')
})

test('live samples go on where the history ends', () => {
  const trace = traceOf(point('double'), bucketed(bucket(60, 0, 2), bucket(120, 0, 2)), new Map())
  appendSamples(trace, [sample(119, 5), sample(121, 7)])
  assert.deepEqual(trace.middle, [1, 1, 7])
})

test('a value that changed before the range holds from its beginning', () => {
  const states = createTrace(point('enum'))
  holdBefore(states, sample(10, 2), 100)
  assert.deepEqual([states.times, states.middle], [[100], [2]])
  appendSamples(states, [sample(150, 3)])
  assert.deepEqual(
    [states.times, states.middle],
    [
      [100, 150],
      [2, 3],
    ],
  )
  const silent = createTrace(point('double'))
  holdBefore(silent, sample(10, 2, 'BAD'), 100)
  holdBefore(silent, undefined, 50)
  assert.deepEqual([silent.times, silent.middle], [[100], [null]])
})

test('traces share one list of times: undefined is no gap, null is one, the last value holds', () => {
  const a = createTrace(point('double', 'A/B'))
  const b = createTrace(point('double', 'A/C'))
  appendSamples(a, [sample(1, 1), sample(3, null, 'BAD'), sample(4, 4)])
  appendSamples(b, [sample(2, 2)])
  const [times, lineA, , , lineB] = align([a, b], 9)
  assert.deepEqual(times, [1, 2, 3, 4, 9])
  assert.deepEqual([...(lineA ?? [])], [1, undefined, null, 4, 4])
  assert.deepEqual([...(lineB ?? [])], [undefined, 2, undefined, undefined, 2])
})

test('the legend tells last, lowest and highest of what is in view, and the value at a time', () => {
  const trace = createTrace(point('double'))
  appendSamples(trace, [sample(1, 50), sample(2, 2), sample(3, 3), sample(4, null, 'BAD')])
  assert.deepEqual(extentOf(trace, 2, 3), { last: 3, min: 2, max: 3, mean: 2.5, count: 2 })
  assert.deepEqual(
    [0, 1, 2.5, 4.5].map((t) => valueAt(trace, t)),
    [null, 50, 2, null],
  )
})
