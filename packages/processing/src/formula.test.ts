import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problemOfExpression, readNames } from './derived.ts'
import { compileFormula } from './formula.ts'
import type { Observation, Plain } from './observation.ts'
import { derived, feed, processorOf, sampleAt, second, start } from './processing.fixture.ts'

const inputs = [
  { id: 'T/kW', type: 'number', unit: 'kW' },
  { id: 'T/W', type: 'number', unit: 'W' },
  { id: 'T/deg', type: 'number', unit: 'deg' },
  { id: 'T/m', type: 'number', unit: 'm' },
  { id: 'T/s', type: 'number', unit: 's' },
  { id: 'T/on', type: 'boolean', unit: null },
  { id: 'T/mode', type: 'text', unit: null },
  { id: 'T/none', type: 'number', unit: null },
] as const
const names = new Map(inputs.map(({ id }) => [id.slice(2), id]))
const values: Plain[] = [2, 500, 180, 6, 3, true, 'TRACKING', null]

const worth = (source: string, unit: string | null, type: 'number' | 'boolean' | 'text') =>
  compileFormula(source, inputs, names, { type, unit }, (index): Observation => {
    const value = values[index] ?? null
    return { time: 0, serverTime: null, value, status: value === null ? 0x80000000 : 0 }
  })()

const numbers: [source: string, unit: string | null, value: number | null][] = [
  ['kW + W', 'kW', 2.5],
  ['kW + W', 'W', 2500],
  ['m / s', 'm/s', 2],
  ['m / s', 'km/h', 7.2],
  ['m * m', 'm2', 36],
  ['m ^ 2', 'cm2', 360_000],
  ['sqrt(m * m)', 'mm', 6000],
  ['kW * s', 'J', 6000],
  ['W + 1', 'W', 501],
  ['2 * kW', 'kW', 4],
  ['sin(deg / 6)', null, 0.5],
  ['max(kW, W, 0.1)', 'W', 2000],
  ['if(on, m, 0)', 'm', 6],
  ['count(on, m > 10, s == 3)', null, 2],
  ['1 / (m - 6)', '1/m', null],
  ['none + 1', null, null],
  ['otherwise(none, 7)', null, 7],
]
for (const [source, unit, value] of numbers) {
  test(`an expression is worth: ${source} in ${unit}`, () => {
    const got = worth(source, unit, 'number')
    if (value === null || got === null) assert.equal(got, value)
    else assert.ok(Math.abs(Number(got) - value) < 1e-9 * Math.abs(value), `${got}`)
  })
}

const truths: [source: string, value: boolean | null][] = [
  ['kW > W', true],
  ['W == 0.5 * kW / 2', true],
  ["mode == 'TRACKING' and on", true],
  ['none > 1', null],
  ['none > 1 or on', true],
  ['none > 1 and not on', false],
]
for (const [source, value] of truths) {
  test(`an expression is true or not: ${source}`, () =>
    assert.equal(worth(source, null, 'boolean'), value))
}

const problems: [source: string, unit: string | null, at: number, message: RegExp][] = [
  ['kW + m', 'kW', 6, /do not measure the same/],
  ['m / s', 'm', 3, /do not measure the same/],
  ['m + on', 'm', 5, /a number is expected/],
  ['kW + nothing', 'kW', 6, /no point that is known/],
  ['acknowledged(on)', null, 1, /there is no function "acknowledged"; there are abs/],
  ['kW > 1', null, 4, /it gives a boolean/],
  ['sin(m)', null, 5, /do not measure the same/],
  ['1 +', null, 4, /ends too early/],
]
for (const [source, unit, at, message] of problems) {
  test(`what is wrong with an expression is said with its place: ${source}`, () => {
    const problem = problemOfExpression(source, inputs, names, { type: 'number', unit })
    assert.equal(problem?.at, at)
    assert.match(problem.message, message)
  })
}

test('an expression tells which points it reads', () => {
  assert.deepEqual(readNames('max({A/B}, c) + {A/B}'), { names: ['A/B', 'c'] })
})

test('an expression says how good its answer is', () => {
  const make = {
    kind: 'expression',
    source: 'a + b',
    names: new Map(Object.entries({ a: 'A/B', b: 'A/C' })),
    every: null,
    maxHold: 5 * second,
  } as const
  const processor = processorOf(derived(make, { inputs: ['A/B', 'A/C'] }))
  const at = (seconds: number, point: string, value: number, status = 0) =>
    sampleAt(start + seconds * second, value, status, point)
  const out = feed(processor, {
    lane: 'a.0',
    samples: [
      ...[at(0, 'A/B', 1), at(0, 'A/C', 2), at(1, 'A/B', 3), at(2, 'A/B', 3, 0x80340000)],
      ...[at(3, 'A/B', 4, 0x40000000), at(7, 'A/B', 5), at(7, 'A/C', 5), at(8, 'A/B', 1)],
      ...[at(9, 'A/B', 1), at(9, 'A/C', 1)],
    ],
  })
  assert.deepEqual(
    out.map(({ value, status }) => [value, status]),
    [
      [3, 0],
      [5, 0],
      [null, 0x80340000],
      [6, 0x40000000],
      [10, 0],
      [6, 0],
    ],
  )
})
