import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSearchIndex, search } from './search.ts'

const points = [
  ['LST-1/Mount/Azimuth/Position', 'Position of the azimuth axis'],
  ['LST-1/Mount/Elevation/Position', 'Position of the elevation axis'],
  ['LST-2/Camera/Module-1/Temperature', null],
  ['LST-2/Camera/Module-12/Temperature', 'Temperature behind the mount'],
] as const

const index = createSearchIndex(
  points.map(([id, description]) => ({
    id,
    description,
    unit: null,
    type: 'double',
    intervalMs: 1000,
    enumeration: null,
  })),
)

const cases: readonly [query: string, found: readonly number[]][] = [
  ['', [0, 1, 2, 3]],
  ['azimuth', [0]],
  ['AZIMUTH', [0]],
  ['axis', [0, 1]],
  ['lst-1 elev', [1]],
  ['elev lst-1', [1]],
  ['mount', [0, 1, 3]],
  ['mount temperature', [3]],
  ['temp*', [2, 3]],
  ['*tion', [0, 1]],
  ['lst-2/*/module-?/*', [2]],
  ['lst-2/**', [2, 3]],
  ['module-?', [2]],
  ['eleva* *ion', [1]],
  ['lst-2/*', []],
  ['nothing', []],
  ['(', []],
]

for (const [query, found] of cases)
  test(`search "${query}" finds ${found.length} points`, () => {
    assert.deepEqual([...search(index, query)], found)
  })
