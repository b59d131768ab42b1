import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PlotPoint, plotLines } from './plot.ts'

const frame = { width: 34, height: 7, from: 0, to: 40_000 }
const values = (list: readonly (number | null)[]): PlotPoint[] =>
  list.map((value, i) => ({ time: i * 1000, low: value, high: value }))

/** The rows of the plot itself, behind the axis. */
const drawn = (points: readonly PlotPoint[]) =>
  plotLines(points, frame)
    .slice(0, -2)
    .map((line) => line.slice(14))

test('a rising line goes from the lower left to the upper right', () => {
  const lines = drawn(values(Array.from({ length: 40 }, (_, i) => i)))
  assert.match(lines.at(-1) ?? '', /^[^⠀]+⠀+$/)
  assert.match(lines[0] ?? '', /^⠀+[^⠀]+$/)
})

test('a spike of one value is seen, with its height beside the axis', () => {
  const list = Array.from({ length: 40 }, (_, i) => (i === 17 ? 1e6 : 0))
  const lines = plotLines(values(list), frame)
  assert.match(lines[0] ?? '', /^ *1000000 ┤.*[^⠀]/)
  assert.match(lines[4] ?? '', /^ *0 ┤/)
})

test('a bucket is a stroke from its least to its greatest', () => {
  const column = (line: string) => line[0] !== '⠀'
  assert.ok(drawn([{ time: 0, low: -5, high: 5 }]).every(column))
})

test('nothing is drawn over a gap', () => {
  const list = Array.from({ length: 40 }, (_, i) => (i > 10 && i < 30 ? null : 1))
  const middle = drawn(values(list)).map((line) => line.slice(7, 14))
  assert.ok(middle.every((line) => /^⠀+$/.test(line)))
})

test('without numbers it says so', () => {
  assert.deepEqual(plotLines(values([null]), frame), ['(no numbers)'])
})

test('a constant has room above and below', () => {
  const lines = plotLines(values([3, 3, 3]), frame)
  assert.match(lines[0] ?? '', /3\.03 ┤/)
})
