import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markAt, marksOf } from './plot-marks.ts'

const node = (second: number, from: string | null, to: string) => ({
  node: { time: new Date(second * 1000).toISOString(), from, to },
})

test('an alarm is marked where it was set, not where somebody saw it or its priority changed', () => {
  const edges = [
    node(40, 'SET_ACK', 'CLEAR_ACK'),
    node(30, 'SET_UNACK', 'SET_ACK'),
    node(20, 'SET_UNACK', 'SET_UNACK'),
    node(10, 'CLEAR_ACK', 'SET_UNACK'),
    node(5, null, 'SET_UNACK'),
  ]
  assert.deepEqual(
    marksOf({ edges }, 'Too hot').map(({ time }) => time),
    [10, 5],
  )
})

test('what an operator did to an alarm is marked with who did it and why', () => {
  const { node: seen } = node(20, 'SET_UNACK', 'SET_ACK')
  const acted = { node: { ...seen, action: 'acknowledge', user: 'ada', comment: 'brake on' } }
  assert.deepEqual(marksOf({ edges: [acted] }, 'Too hot'), [
    { kind: 'action', time: 20, words: 'ada: acknowledge Too hot: brake on' },
  ])
})

test('the mark under the cursor is the nearest one, and none from far away', () => {
  const marks = [10, 14, 30].map((time) => ({ kind: 'alarm' as const, time, words: String(time) }))
  assert.equal(markAt(marks, 13, 5)?.words, '14')
  assert.equal(markAt(marks, 11, 5)?.words, '10')
  assert.equal(markAt(marks, 22, 5), null)
})
