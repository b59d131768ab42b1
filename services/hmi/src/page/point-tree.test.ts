import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPointTree, visibleRows } from './point-tree.ts'

const treeOf = (...ids: readonly string[]) =>
  createPointTree(
    ids.map((id) => ({
      id,
      description: null,
      unit: null,
      type: 'double',
      intervalMs: 1000,
      enumeration: null,
    })),
  )

test('a tree sorts numbers in names as numbers and keeps each branch together', () => {
  const tree = treeOf('T-10/A/x', 'T-2/B/y', 'T-2/A/z', 'T-2/A/x')
  assert.deepEqual(
    tree.points.map(({ id }) => id),
    ['T-2/A/x', 'T-2/A/z', 'T-2/B/y', 'T-10/A/x'],
  )
  const branch = tree.nodeOf('T-2')
  assert.deepEqual([branch?.first, branch?.end], [0, 3])
})

test('a point may also be a branch', () => {
  const tree = treeOf('A/B', 'A/B/C')
  const node = tree.nodeOf('A/B')
  assert.equal(node?.point, 0)
  assert.deepEqual([node?.first, node?.end, node?.children.length], [0, 2, 1])
})

test('the rows are what is open, and while searching only what leads to a match', () => {
  const tree = treeOf('A/B/x', 'A/B/y', 'A/C/z', 'D/E')
  const paths = (open: readonly string[], matches: readonly number[] | null) =>
    visibleRows(tree, ({ path }) => open.includes(path), matches && Int32Array.from(matches)).map(
      ({ path }) => path,
    )
  assert.deepEqual(paths([], null), ['A', 'D'])
  assert.deepEqual(paths(['A'], null), ['A', 'A/B', 'A/C', 'D'])
  assert.deepEqual(paths(['A', 'A/B', 'A/C'], [1]), ['A', 'A/B', 'A/B/y'])
  assert.deepEqual(paths(['A'], []), [])
})
