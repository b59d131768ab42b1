import assert from 'node:assert/strict'
import { test } from 'node:test'
import { microsPerSecond } from '@mla/model'
import { type AlarmEvent, createFigures } from './figures.ts'

const start = 1_795_176_000 * microsPerSecond
const hour = 3600

/** `[second, alarm, from, to, action]` of an hour. */
type Line = readonly [number, string, string | null, string, string?]

function figuresOf(lines: readonly Line[], more: Partial<AlarmEvent> = {}) {
  const figures = createFigures(start, start + hour * microsPerSecond)
  for (const [second, alarm, from, to, action = null] of lines) {
    const time = start + second * microsPerSecond
    figures.take({
      ...{ alarm, time, from, to, action, priority: 'HIGH', isAnnunciated: true },
      ...more,
    })
  }
  return figures.result()
}

const set = (second: number, alarm: string): Line => [second, alarm, 'CLEAR_ACK', 'SET_UNACK']
const calls = (count: number, begin: number, step: number): Line[] =>
  Array.from({ length: count }, (_, i) => set(begin + i * step, `A${i}`))

test('a call is what is set, or set again by a higher priority; nothing else', () => {
  const lines: Line[] = [
    [0, 'A', null, 'CLEAR_ACK'],
    [1, 'A', 'CLEAR_ACK', 'SET_UNACK'],
    [2, 'A', 'SET_UNACK', 'SET_ACK', 'acknowledge'],
    [3, 'A', 'SET_ACK', 'SET_UNACK', 'unacknowledge'],
    [4, 'A', 'SET_UNACK', 'SET_ACK', 'acknowledge'],
    [5, 'A', 'SET_ACK', 'SET_UNACK'],
    [6, 'A', 'SET_UNACK', 'SET_UNACK'],
    [7, 'A', 'SET_UNACK', 'CLEAR_UNACK'],
    [8, 'A', 'CLEAR_UNACK', 'SET_UNACK'],
  ]
  assert.equal(figuresOf(lines).annunciated, 3)
  assert.equal(figuresOf(lines, { isAnnunciated: false }).annunciated, 0)
})

test('the rate is that of the whole range, the most that of any ten minutes', () => {
  const { annunciated, perTenMinutes, mostInTenMinutes, tenMinutes } = figuresOf([
    ...calls(3, 590, 10),
    ...calls(3, 3000, 1),
  ])
  assert.deepEqual([annunciated, perTenMinutes, mostInTenMinutes], [6, 1, 3])
  const slots = tenMinutes.map(({ time, count }) => [(time - start) / microsPerSecond, count])
  assert.deepEqual(slots, [
    [0, 1],
    [600, 2],
    [3000, 3],
  ])
})

test('a flood begins with the eleventh call in ten minutes and ends with fewer than five', () => {
  const seconds = (line: readonly Line[]) =>
    figuresOf(line).floods.map(({ from, to, count }) => [
      (from - start) / microsPerSecond,
      (to - start) / microsPerSecond,
      count,
    ])
  assert.deepEqual(seconds(calls(10, 0, 10)), [])
  // The eighth of twelve grows old at 70 + 600 s: four are left.
  assert.deepEqual(seconds(calls(12, 0, 10)), [[0, 670, 12]])
  assert.deepEqual(seconds([...calls(11, 0, 1), ...calls(8, 100, 100)]), [[0, 1000, 19]])
  assert.deepEqual(seconds(calls(20, 3500, 1)), [[3500, 3600, 20]], 'one that has not ended')
  assert.equal(figuresOf(calls(12, 0, 10)).floodShare, 670 / 3600)
})

test('three calls within a minute are chattering', () => {
  const twice = [set(0, 'B'), set(59, 'B'), set(60, 'B')]
  assert.deepEqual(figuresOf(twice).chattering, [])
  const often = [set(0, 'A'), set(20, 'A'), set(59, 'A'), set(70, 'A'), ...twice]
  assert.deepEqual(figuresOf(often).chattering, [{ alarm: 'A', count: 3 }])
})

test('the most frequent come first, with their share', () => {
  const { mostFrequent, priorities } = figuresOf([set(0, 'B'), set(100, 'A'), set(300, 'A')])
  assert.deepEqual(mostFrequent, [
    { alarm: 'A', count: 2, share: 2 / 3 },
    { alarm: 'B', count: 1, share: 1 / 3 },
  ])
  assert.equal(priorities.find(({ priority }) => priority === 'HIGH')?.count, 3)
})

test('the time to acknowledge counts from the first call', () => {
  const wait = (alarm: string, seconds: number): Line[] => [
    set(0, alarm),
    [1, alarm, 'SET_UNACK', 'CLEAR_UNACK'],
    [2, alarm, 'CLEAR_UNACK', 'SET_UNACK'],
    [seconds, alarm, 'SET_UNACK', 'SET_ACK', 'acknowledge'],
  ]
  assert.deepEqual(figuresOf([...wait('A', 10), ...wait('B', 20), ...wait('C', 90)]).acknowledged, {
    ...{ count: 3, median: 20, p90: 90, longest: 90 },
  })
  const none = { count: 0, median: null, p90: null, longest: null }
  assert.deepEqual(figuresOf([set(0, 'A')]).acknowledged, none)
  // Not latching: it went by itself.
  assert.deepEqual(figuresOf([set(0, 'A'), [5, 'A', 'SET_UNACK', 'CLEAR_ACK']]).acknowledged, none)
})
