import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesEverySample, type Signal, signalSchema } from '@mla/cdb'
import { fits, scalarTypes, type Value, type ValueType } from '@mla/model'
import { type SignalPoint, signalCurve, valueAt } from './signals.ts'

const start = Date.UTC(2026, 10, 21)

const pointOf = (type: ValueType, signal: unknown, id = 'A/B'): SignalPoint => ({
  id,
  type,
  intervalMs: 1000,
  signal: signal === null ? null : signalSchema.parse(signal),
  range: null,
  enumeration: null,
})

const valuesOf = (point: SignalPoint, count = 3600, seed = 1): Value[] => {
  const curve = signalCurve(point, seed)
  return Array.from({ length: count }, (_, i) => curve(start + i * point.intervalMs))
}

const numbers = (point: SignalPoint, count = 3600): number[] => valuesOf(point, count).map(Number)
const jumps = (values: readonly number[]): number[] =>
  values.slice(1).map((value, i) => Math.abs(value - (values[i] ?? 0)))

const signals: [type: ValueType, signal: object][] = [
  ['double', { kind: 'sine', mean: 5, amplitude: 2, periodS: 60, noise: 0.1 }],
  ['float', { kind: 'noise', mean: 5, noise: 2, resolution: 0.5 }],
  ['int16', { kind: 'randomWalk', low: -50, high: 50, step: 2 }],
  ['double', { kind: 'drift', low: 0, high: 10, perHour: -5 }],
  ['double', { kind: 'slew', low: -90, high: 90, speed: 2, trackSpeed: 0.01, dwellS: 100 }],
  ['uint8', { kind: 'step', levels: [1, 5, 9], everyS: 30 }],
  ['uint64', { kind: 'counter', increment: 3 }],
  ['boolean', { kind: 'toggle', everyS: 30, forS: 5 }],
  ['enum', { kind: 'enumCycle', codes: [0, 2, 4], everyS: 30 }],
  ['string', { kind: 'text', texts: ['a', 'b', ''], everyS: 30 }],
  ['datetime', { kind: 'clock', offsetS: -1, jitterS: 0.01 }],
  ['bytes', { kind: 'bytes', length: 9, everyS: 30 }],
  ['double[]', { kind: 'array', length: 3, of: { kind: 'noise', noise: 1 } }],
  ['double[]', { kind: 'array', length: 0, of: { kind: 'noise', noise: 1 } }],
]

for (const [type, signal] of signals) {
  const { kind } = signalSchema.parse(signal)
  test(`${kind} of ${type} is the same for the same seed, in any order, and fits its type`, () => {
    const point = pointOf(type, signal)
    const once = valuesOf(point)
    const backwards = Array.from({ length: 3600 }, (_, i) =>
      valueAt(point, 1, start + (3599 - i) * 1000),
    ).reverse()
    assert.deepEqual(backwards, once)
    assert.ok(once.every((value) => value !== null && fits(type, value)))
  })
}

test('every type lives without a signal too', () => {
  for (const scalar of scalarTypes) {
    for (const type of [scalar, `${scalar}[]`] as const) {
      const values = valuesOf(pointOf(type, null), 600)
      assert.ok(
        values.every((value) => fits(type, value)),
        type,
      )
      assert.ok(new Set(values.map((value) => String(value))).size > 1, `${type} never changes`)
    }
  }
})

test('another seed and another point live another life', () => {
  const signal = { kind: 'randomWalk', low: 0, high: 1, step: 0.1 }
  const point = pointOf('double', signal)
  assert.notDeepEqual(valuesOf(point, 10, 1), valuesOf(point, 10, 2))
  assert.notDeepEqual(valuesOf(point, 10), valuesOf(pointOf('double', signal, 'A/C'), 10))
})

test('what is said to change at every sample does', () => {
  for (const [type, signal] of signals) {
    const point = pointOf(type, signal)
    if (!changesEverySample(type, point.signal as Signal)) continue
    const values = valuesOf(point).map((value) => String(value))
    assert.equal(
      values.findIndex((value, i) => value === values[i + 1]),
      -1,
      point.signal?.kind,
    )
  }
})

test('an axis stays within its limits and never moves faster than it can', () => {
  const signal = { kind: 'slew', low: -90, high: 90, speed: 2, trackSpeed: 0.01, dwellS: 100 }
  const values = numbers(pointOf('double', signal), 20_000)
  assert.ok(Math.min(...values) >= -90 && Math.max(...values) <= 90)
  assert.ok(Math.max(...jumps(values)) <= 2.02)
  const tracking = jumps(values).filter((jump) => Math.abs(jump - 0.01) < 1e-9).length
  assert.ok(tracking > 5_000, `it tracked for ${tracking} of 20000 s`)
})

test('a random walk strays far by small steps', () => {
  const values = numbers(
    pointOf('double', { kind: 'randomWalk', low: 0, high: 1000, step: 1 }),
    50_000,
  )
  assert.ok(Math.max(...jumps(values)) < 10)
  assert.ok(Math.max(...values) - Math.min(...values) > 100)
})

test('noise has the mean and the deviation it is told to have', () => {
  const values = numbers(pointOf('double', { kind: 'noise', mean: 5, noise: 2 }), 20_000)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  assert.ok(Math.abs(mean - 5) < 0.1 && Math.abs(Math.sqrt(variance) - 2) < 0.1)
})

test('a counter counts every sample once and starts again at 0', () => {
  const values = numbers(pointOf('int32', { kind: 'counter', modulus: 10, start: 7 }), 100)
  assert.deepEqual(
    values.slice(1).map((value, i) => (value - (values[i] ?? 0) + 10) % 10),
    new Array(99).fill(1),
  )
  const bytes = numbers(pointOf('uint8', { kind: 'counter' }), 600)
  assert.deepEqual([Math.min(...bytes), Math.max(...bytes)], [0, 255])
})

test('states come in their order, each for about its time', () => {
  const values = numbers(pointOf('enum', { kind: 'enumCycle', codes: [0, 2, 4], everyS: 30 }))
  const steps = values.filter((value, i) => i > 0 && value !== values[i - 1])
  assert.ok(steps.length > 90 && steps.length < 140, `${steps.length} changes in an hour`)
  assert.ok(steps.every((value, i) => i === 0 || value === ((steps[i - 1] ?? 0) + 2) % 6))
})

test('constants carry what JSON cannot', () => {
  const constant = (type: ValueType, value: unknown): Value =>
    valueAt(pointOf(type, { kind: 'constant', value }), 1, start)
  assert.equal(constant('uint64', '18446744073709551615'), 2n ** 64n - 1n)
  assert.equal(constant('datetime', '2026-11-21T00:00:00Z'), start * 1000)
  assert.deepEqual(constant('bytes', 'AAH/'), Uint8Array.of(0, 1, 255))
  assert.deepEqual(constant('boolean[]', [true, false]), [true, false])
  assert.deepEqual(constant('string[]', []), [])
})
