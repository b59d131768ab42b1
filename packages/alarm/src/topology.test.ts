import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topologyOf } from './topology.ts'

test('a ring is found though no input leads to it', () => {
  const { levels, cycles } = topologyOf([
    { id: 'A', inputs: ['X'], outputs: ['Y'] },
    { id: 'B', inputs: ['Y'], outputs: ['X'] },
    { id: 'C', inputs: ['In', 'X'], outputs: ['Out'] },
    { id: 'D', inputs: ['In'], outputs: ['Z'] },
    { id: 'E', inputs: ['E'], outputs: ['E'] },
  ])
  assert.deepEqual(levels, [['D']])
  assert.deepEqual(
    cycles.map((ring) => [...ring].sort()),
    [['A', 'B'], ['E']],
  )
})

test('levels are those of what each needs', () => {
  const { levels, cycles } = topologyOf([
    { id: 'top', inputs: ['x', 'y'], outputs: ['z'] },
    { id: 'left', inputs: ['in'], outputs: ['x'] },
    { id: 'right', inputs: ['x', 'in2'], outputs: ['y'] },
  ])
  assert.deepEqual(levels, [['left'], ['right'], ['top']])
  assert.deepEqual(cycles, [])
})
