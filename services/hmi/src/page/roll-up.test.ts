import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Quality } from './api.ts'
import { cellWords, emptyRollUp, matrixOf, rollUp, worstOf } from './roll-up.ts'

/** Points of one subsystem as quality and age in seconds, and how its cell looks. */
const stories: [name: string, points: [Quality, number][], kind: string, short: string][] = [
  [
    'all is well',
    [
      ['GOOD', 1],
      ['GOOD', 59],
    ],
    '',
    '2',
  ],
  [
    'one bad point is seen among good ones',
    [
      ['GOOD', 1],
      ['BAD', 1],
    ],
    'bad',
    '1/2',
  ],
  [
    'bad counts more than uncertain',
    [
      ['UNCERTAIN', 1],
      ['BAD', 1],
    ],
    'bad',
    '1/2',
  ],
  [
    'uncertain is seen',
    [
      ['UNCERTAIN', 1],
      ['GOOD', 1],
    ],
    'uncertain',
    '1/2',
  ],
  [
    'one silent point of three is usual',
    [
      ['GOOD', 90],
      ['GOOD', 1],
      ['GOOD', 1],
    ],
    '',
    '3',
  ],
  [
    'most are silent',
    [
      ['GOOD', 90],
      ['GOOD', 90],
      ['GOOD', 1],
    ],
    'silent',
    '2/3',
  ],
]
for (const [name, points, kind, short] of stories) {
  test(`a cell where ${name}`, () => {
    const sum = emptyRollUp()
    for (const [quality, seconds] of points) {
      sum.points++
      rollUp(sum, quality, seconds * 1000, 1000)
    }
    assert.deepEqual([worstOf(sum), cellWords(sum).short], [kind, short])
  })
}

test('the matrix has what most systems have on the left', () => {
  const { systems, subsystems, cellOf } = matrixOf([
    'T2/Mount/A',
    'T1/Mount/B/C',
    'Array/Weather/X',
  ])
  assert.deepEqual(systems, ['Array', 'T1', 'T2'])
  assert.deepEqual(subsystems, ['Mount', 'Weather'])
  assert.equal(cellOf('T1/Mount/B/C'), 'T1/Mount')
})
