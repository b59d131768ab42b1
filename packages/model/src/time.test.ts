import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDuration, formatTime, parseDuration, parseTime } from './time.ts'

const times: [text: string, micros: number][] = [
  ['1970-01-01T00:00:00Z', 0],
  ['2026-11-21T04:00:00.123456Z', 1_795_233_600_123_456],
  ['2026-11-21T04:00:00.5Z', 1_795_233_600_500_000],
  ['2026-11-21T05:30:00+01:30', 1_795_233_600_000_000],
  ['1969-12-31T23:59:59.999999Z', -1],
  ['1601-01-01T00:00:00Z', -11_644_473_600_000_000],
  ['9999-12-31T23:59:59Z', 253_402_300_799_000_000],
]
for (const [text, micros] of times) {
  test(`${text} is ${micros} us`, () => assert.equal(parseTime(text), micros))
}

for (const text of [
  '',
  'now',
  '2026-11-21',
  '2026-13-01T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-11-21T25:00:00Z',
  '2026-11-21T04:00:00',
]) {
  test(`"${text}" is no time`, () => assert.throws(() => parseTime(text), { code: 'TIME_INVALID' }))
}

test('a formatted time reads back to the microsecond', () => {
  const anyTime = fc.integer({ min: -6_000_000_000_000_000, max: 9_000_000_000_000_000 })
  fc.assert(
    fc.property(anyTime, (time) => assert.equal(parseTime(formatTime(time)), time)),
    { seed: 1 },
  )
})

const durations: [text: string, micros: number][] = [
  ['250ms', 250_000],
  ['1s', 1_000_000],
  ['5m', 300_000_000],
  ['1h', 3_600_000_000],
  ['1d', 86_400_000_000],
]
for (const [text, micros] of durations) {
  test(`${text} is ${micros} us and back`, () => {
    assert.equal(parseDuration(text), micros)
    assert.equal(formatDuration(micros), text)
  })
}
for (const text of ['', '5', 'm', '-1s', '0s', '1e3s', '1 s']) {
  test(`"${text}" is no duration`, () => {
    assert.throws(() => parseDuration(text), { code: 'TIME_INVALID' })
  })
}
