import type { Point } from './api.ts'

/** A branch or a point of the tree. All points below it are `[first, end)` of the sorted list. */
export interface TreeNode {
  readonly name: string
  /** The id's beginning that leads here; the id itself for a point. */
  readonly path: string
  readonly depth: number
  readonly parent: TreeNode | null
  readonly children: readonly TreeNode[]
  /** Its place in the sorted list when a point has exactly this path, else -1. */
  readonly point: number
  readonly first: number
  readonly end: number
}

export interface PointTree {
  readonly root: TreeNode
  /** In the order of the tree, numbers in names counted as numbers (`LST-2` before `LST-10`). */
  readonly points: readonly Point[]
  readonly indexOf: ReadonlyMap<string, number>
  readonly nodeOf: (path: string) => TreeNode | null
}

interface Draft {
  readonly children: Map<string, Draft>
  point: Point | null
}

const newDraft = (): Draft => ({ children: new Map(), point: null })

/** Arranges points by the parts of their ids. */
export function createPointTree(points: readonly Point[]): PointTree {
  const draft = newDraft()
  for (const point of points) {
    let at = draft
    for (const part of point.id.split('/')) {
      const child = at.children.get(part) ?? newDraft()
      at.children.set(part, child)
      at = child
    }
    at.point = point
  }
  const sorted: Point[] = []
  const nodes = new Map<string, TreeNode>()
  const root = finish(draft, { name: '', path: '', depth: -1, parent: null }, sorted, nodes)
  const indexOf = new Map(sorted.map(({ id }, index) => [id, index]))
  return { root, points: sorted, indexOf, nodeOf: (path) => nodes.get(path) ?? null }
}

type Place = Pick<TreeNode, 'name' | 'path' | 'depth' | 'parent'>

const { compare } = new Intl.Collator('en', { numeric: true })

function finish(
  draft: Draft,
  place: Place,
  sorted: Point[],
  nodes: Map<string, TreeNode>,
): TreeNode {
  const first = sorted.length
  const point = draft.point ? sorted.push(draft.point) - 1 : -1
  const children: TreeNode[] = []
  const node = { ...place, children, point, first, end: first }
  const names = [...draft.children.keys()].sort(compare)
  for (const name of names) {
    const child = draft.children.get(name)
    if (!child) continue
    const path = place.path === '' ? name : `${place.path}/${name}`
    children.push(
      finish(child, { name, path, depth: place.depth + 1, parent: node }, sorted, nodes),
    )
  }
  node.end = sorted.length
  nodes.set(place.path, node)
  return node
}

/** How many of the ascending `matches` lie in `[first, end)`. */
export const countWithin = (matches: Int32Array, first: number, end: number): number =>
  lowerBound(matches, end) - lowerBound(matches, first)

export function lowerBound(ascending: Int32Array, value: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ascending[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}

/** The rows that a tree shows: what is open, and, while searching, only what leads to a match. */
export function visibleRows(
  { root }: PointTree,
  isOpen: (node: TreeNode) => boolean,
  matches: Int32Array | null,
): readonly TreeNode[] {
  const rows: TreeNode[] = []
  const walk = (node: TreeNode): void => {
    for (const child of node.children) {
      if (matches && countWithin(matches, child.first, child.end) === 0) continue
      rows.push(child)
      if (child.children.length > 0 && isOpen(child)) walk(child)
    }
  }
  walk(root)
  return rows
}
