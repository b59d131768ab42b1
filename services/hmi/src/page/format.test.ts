import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Value } from './api.ts'
import {
  decimalsOf,
  showAge,
  showSpan,
  showStatus,
  showTime,
  showUnit,
  showValue,
} from './format.ts'

const values: readonly [value: Value, text: string | null, type: string, shown: string][] = [
  [null, null, 'double', '—'],
  [1.23456789, null, 'double', '1.2346'],
  [-273.15, null, 'double', '-273.15'],
  [1e12, null, 'double', '1.000e+12'],
  [0, null, 'double', '0.000'],
  ['NaN', null, 'double', 'NaN'],
  [42, null, 'int32', '42'],
  ['18446744073709551615', null, 'uint64', '18446744073709551615'],
  [true, null, 'boolean', 'true'],
  [2, 'READY', 'enum', 'READY 2'],
  ['', null, 'string', '""'],
  ['AAAA', null, 'bytes', '3 bytes'],
  [[1, 2], null, 'int32[]', '2 × [1 2]'],
  [[], null, 'double[]', '0 × []'],
]

for (const [value, text, type, shown] of values)
  test(`${JSON.stringify(value)} of ${type} is shown as ${shown}`, () => {
    const { main, minor } = showValue(value, text, type, decimalsOf(value, undefined))
    assert.equal(minor ? `${main} ${minor}` : main, shown)
  })

test('the decimals stay while the value passes a power of ten', () => {
  const first = decimalsOf(9.99, undefined)
  assert.equal(decimalsOf(10.01, first), first)
  assert.ok(decimalsOf(2000, first) < first)
})

test('ages, spans and times are short and do not flicker', () => {
  assert.deepEqual([-5, 0, 99_999, 100_000, 7e6, 2e8].map(showAge), [
    '0 s',
    '0 s',
    '99 s',
    '1 min',
    '1 h',
    '2 d',
  ])
  assert.deepEqual([300_000, 5_400_000, 12].map(showSpan), ['5 min', '1.5 h', '12 ms'])
  assert.equal(showTime(0, 'utc'), '1970-01-01 00:00:00')
  assert.equal(showTime(Number.NaN, 'utc'), '—')
})

test('units are shown as people write them', () => {
  const units = [null, 'Cel', '{mag}/arcsec2', 'us', 'm/s', 'm.s-2', 'deg/s', '%', 'ukat', 'urad']
  assert.deepEqual(units.map(showUnit), [
    ...['', '°C', 'mag/arcsec²', 'µs', 'm/s', 'm·s⁻²', '°/s', '%', 'µkat', 'µrad'],
  ])
})

test('a status is told in words, an unknown one by its code', () => {
  assert.equal(showStatus(0x80310000, 'BAD'), 'no communication')
  assert.equal(showStatus(0x808c0480, 'BAD'), 'sensor failure')
  assert.equal(showStatus(0x80fe0000, 'BAD'), 'bad 0x80fe0000')
  assert.equal(showStatus(0, 'GOOD'), 'good')
})
