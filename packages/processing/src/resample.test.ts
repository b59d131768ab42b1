import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonOf, type Sample, status, type Value, type ValueType } from '@mla/model'
import { type ResampleMethod, regularOf, resample, type StepSummary } from './resample.ts'

const second = 1_000_000
const at = (seconds: number, value: Value, code = 0, type: ValueType = 'double'): Sample => ({
  point: 'A/B',
  sourceTime: seconds * second,
  serverTime: null,
  collectedTime: seconds * second,
  type,
  value,
  text: null,
  status: code,
})
const bad = status.badNoCommunication

/** What a series from 10 s to 20 s, every 2 s, shows for samples at these seconds. */
const cases: [what: string, method: ResampleMethod, samples: Sample[], shown: unknown[]][] = [
  ['nothing', 'LAST', [], [null, null, null, null, null]],
  ['a value from before holds', 'LAST', [at(3, 7)], [7, 7, 7, 7, 7]],
  ['the newest at each step', 'LAST', [at(10, 1), at(11, 2), at(14, 3)], [1, 2, 3, 3, 3]],
  ['a gap is shown', 'LAST', [at(9, 1), at(13, null, bad), at(17, 2)], [1, 1, null, null, 2]],
  ['text is held', 'LAST', [at(9, 'x', 0, 'string')], ['x', 'x', 'x', 'x', 'x']],
  ['the line between', 'LINEAR', [at(8, 0), at(18, 10)], [2, 4, 6, 8, 10]],
  [
    'no line across BAD',
    'LINEAR',
    [at(8, 1), at(13, null, bad), at(18, 10)],
    [1, 1, null, null, 10],
  ],
  ['no line beyond the end', 'LINEAR', [at(10, 0), at(12, 4)], [0, 4, 4, 4, 4]],
  ['means', 'MEAN', [at(10, 1), at(11, 3), at(16, 5)], [2, null, null, 5, null]],
  [
    'a value from before does not count',
    'MEAN',
    [at(9, 9), at(10, 1)],
    [1, null, null, null, null],
  ],
  ['minima', 'MIN', [at(10, 1), at(11, 3), at(12, Number.NaN)], [1, null, null, null, null]],
  ['maxima', 'MAX', [at(10, 1), at(11, 3), at(19, -1)], [3, null, null, null, -1]],
  ['all count', 'COUNT', [at(10, 1), at(11, null, bad), at(20, 1)], [2, 0, 0, 0, 0]],
  ['64 bits', 'MAX', [at(10, 2n ** 60n, 0, 'int64')], [2 ** 60, null, null, null, null]],
]

for (const [what, method, samples, shown] of cases) {
  test(`resample ${method} shows ${what}`, () => {
    const range = { point: 'A/B', from: 10 * second, to: 20 * second, every: 2 * second, method }
    const steps = resample(samples, range)
    assert.deepEqual(
      steps.map((step) => jsonOf(step.type, step.value)),
      shown,
    )
    assert.deepEqual(
      steps.map((step) => step.sourceTime),
      [10, 12, 14, 16, 18].map((seconds) => seconds * second),
    )
  })
}

test('resample tells where some of the data is left out', () => {
  const range = {
    point: 'A/B',
    from: 10 * second,
    to: 12 * second,
    every: 2 * second,
    method: 'MEAN',
  } as const
  assert.equal(resample([at(10, 1), at(11, null, bad)], range)[0]?.status, 0x40a40000)
})

test('resample holds a value for no longer than it may', () => {
  const settings = { point: 'A/B', from: 10 * second, to: 20 * second, every: 2 * second }
  const samples = [at(9, 1), at(17, 5)]
  const shown = (method: ResampleMethod) =>
    resample(samples, { ...settings, method, maxHold: 3 * second }).map(({ value }) => value)
  assert.deepEqual(shown('LAST'), [1, 1, null, null, 5])
  assert.deepEqual(shown('LINEAR'), [1, 1, null, null, 5])
})

test('a series made of summaries is the one made of the samples', () => {
  const range = { point: 'A/B', from: 0, to: 60 * second, every: 5 * second }
  const samples = Array.from({ length: 40 }, (_, i) =>
    at((i * 17) % 53, i % 7 === 0 ? Number.NaN : i, i % 5 === 0 ? bad : 0),
  ).sort((a, b) => (a.sourceTime ?? 0) - (b.sourceTime ?? 0))
  const steps = new Map<number, number[]>()
  const counts = new Map<number, number>()
  for (const { sourceTime, value, status } of samples) {
    const step = Math.floor((sourceTime ?? 0) / range.every) * range.every
    counts.set(step, (counts.get(step) ?? 0) + 1)
    const isCounted = status === 0 && Number.isFinite(value)
    steps.set(step, [...(steps.get(step) ?? []), ...(isCounted ? [Number(value)] : [])])
  }
  const summaries = [...steps].map(([time, numbers]): StepSummary => {
    const some = numbers.length > 0
    return {
      ...{ time, count: counts.get(time) ?? 0, numbers: numbers.length },
      min: some ? Math.min(...numbers) : null,
      max: some ? Math.max(...numbers) : null,
      mean: some ? numbers.reduce((a, b) => a + b) / numbers.length : null,
    }
  })
  for (const method of ['MEAN', 'MIN', 'MAX', 'COUNT'] as const) {
    const settings = { ...range, method }
    assert.deepEqual(regularOf(summaries, settings), resample(samples, settings), method)
  }
})
