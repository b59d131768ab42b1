import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Point } from './api.ts'
import { commonFront, compare } from './compare-table.ts'

const pointOf = (id: string): Point => ({
  ...{ id, description: null, unit: null, type: 'double', intervalMs: 1000, enumeration: null },
})

test('systems are rows, and what they share are columns', () => {
  const ids = ['Tel02/Mount/Speed', 'Tel01/Mount/Speed', 'Tel01/Mount/Angle']
  const { systems, names, of } = compare(ids.map(pointOf))
  assert.deepEqual(systems, ['Tel01', 'Tel02'])
  assert.deepEqual(names, ['Mount/Angle', 'Mount/Speed'])
  assert.equal(of('Tel02', 'Mount/Speed')?.id, 'Tel02/Mount/Speed')
  assert.equal(of('Tel02', 'Mount/Angle'), undefined)
})

test('what all columns have in front is found, to a whole name', () => {
  assert.equal(commonFront(['Mount/Azimuth/A', 'Mount/Azimuth/B']), 'Mount/Azimuth/')
  assert.equal(commonFront(['Mount/AzimuthA', 'Mount/AzimuthB']), 'Mount/')
  assert.equal(commonFront(['State']), '')
  assert.equal(commonFront(['Mount/State']), 'Mount/')
})
