import { byId, element, makeFocusable, setAttribute, setText } from './dom.ts'
import {
  countWithin,
  lowerBound,
  type PointTree,
  type TreeNode,
  visibleRows,
} from './point-tree.ts'
import { createVirtualList } from './virtual-list.ts'

export interface TreeView {
  /** Shows only what leads to these places; null shows all. */
  readonly filter: (matches: Int32Array | null) => void
  /** Opens what is above it, marks it, brings it on the screen. */
  readonly select: (path: string) => void
  /** Draws the rows anew, as when qualities have changed. */
  readonly refresh: () => void
}

interface Parts {
  readonly tree: PointTree
  readonly qualities: Uint8Array
  readonly chosen: (node: TreeNode) => void
  readonly plot: (node: TreeNode) => void
}

/** While a search has at most this many results, its branches are shown open. */
const openedBySearch = 400

/** The tree of points; arrow keys, Home, End, Enter and typing as in the ARIA practices. */
export function createTreeView({ tree, qualities, chosen, plot }: Parts): TreeView {
  const viewport = byId('tree')
  makeFocusable(viewport, 'tree', 'Tree of points')
  const open = new Set(tree.root.children.length === 1 ? tree.root.children.map((n) => n.path) : [])
  const flipped = new Set<string>()
  let matches: Int32Array | null = null
  let rows: readonly TreeNode[] = []
  let selected = ''
  let cursor = 0

  const isOpen = (node: TreeNode): boolean => {
    const byDefault = matches !== null && matches.length <= openedBySearch
    return byDefault ? !flipped.has(node.path) : open.has(node.path)
  }
  const toggle = (node: TreeNode): void => {
    const set = matches !== null && matches.length <= openedBySearch ? flipped : open
    if (!set.delete(node.path)) set.add(node.path)
    layOut()
  }

  const list = createVirtualList({
    viewport,
    createRow,
    drawRow: (row, index) => drawRow(row, index),
    moved: () => undefined,
  })

  const layOut = (): void => {
    rows = visibleRows(tree, isOpen, matches)
    cursor = Math.max(0, Math.min(cursor, rows.length - 1))
    list.setCount(rows.length)
  }

  const drawRow = (row: HTMLElement, index: number): void => {
    const node = rows[index]
    const [twist, name, mark, count] = row.children
    if (!node || !twist || !name || !mark || !count) return
    const isBranch = node.children.length > 0
    row.style.paddingInlineStart = `${node.depth * 0.9 + 0.3}em`
    row.dataset['index'] = String(index)
    row.id = `tree-${index}`
    setAttribute(row, 'aria-level', String(node.depth + 1))
    setAttribute(row, 'aria-selected', String(node.path === selected))
    row.classList.toggle('cursor', index === cursor)
    if (isBranch) setAttribute(row, 'aria-expanded', String(isOpen(node)))
    else row.removeAttribute('aria-expanded')
    setText(twist, isBranch ? (isOpen(node) ? '▾' : '▸') : '')
    setText(name, node.name)
    const worst = worstOf(qualities, node, matches)
    setAttribute(mark, 'class', `mark ${worst.kind}`)
    mark.setAttribute('title', worst.words)
    const size = matches ? countWithin(matches, node.first, node.end) : node.end - node.first
    const bad = worst.count > 0 && isBranch ? `${worst.count} ` : ''
    // Drawn by the style: the row's label says it in words.
    setAttribute(count, 'data-count', isBranch ? `${bad ? `${bad}/ ` : ''}${size}` : '')
    setAttribute(row, 'title', tree.points[node.point]?.description ?? node.path)
    const described = isBranch ? `${node.name}, ${size} points` : node.name
    setAttribute(row, 'aria-label', worst.words ? `${described}, ${worst.words}` : described)
  }

  const moveTo = (index: number): void => {
    if (rows.length === 0) return
    cursor = Math.max(0, Math.min(index, rows.length - 1))
    list.reveal(cursor)
    setAttribute(viewport, 'aria-activedescendant', `tree-${cursor}`)
  }

  const choose = (node: TreeNode): void => {
    selected = node.path
    list.refresh()
    chosen(node)
  }

  viewport.addEventListener('click', (event) => {
    const row = (event.target as Element).closest<HTMLElement>('.row')
    const index = Number(row?.dataset['index'])
    const node = rows[index]
    if (!node) return
    cursor = index
    setAttribute(viewport, 'aria-activedescendant', `tree-${cursor}`)
    if ((event.target as Element).classList.contains('twist') && node.children.length > 0) {
      toggle(node)
      return
    }
    if (node.children.length > 0) {
      if (!isOpen(node) || selected === node.path) toggle(node)
    } else plot(node)
    choose(node)
  })

  viewport.addEventListener('keydown', (event) => {
    const node = rows[cursor]
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return
    const page = Math.max(1, list.range().end - list.range().first - 1)
    const isBranch = node.children.length > 0
    const actions: Readonly<Record<string, () => void>> = {
      ArrowDown: () => moveTo(cursor + 1),
      ArrowUp: () => moveTo(cursor - 1),
      PageDown: () => moveTo(cursor + page),
      PageUp: () => moveTo(cursor - page),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      ArrowRight: () => (isBranch && !isOpen(node) ? toggle(node) : moveTo(cursor + 1)),
      ArrowLeft: () => {
        if (isBranch && isOpen(node)) toggle(node)
        else if (node.parent) moveTo(Math.max(0, rows.indexOf(node.parent)))
      },
      Enter: () => {
        if (!isBranch) plot(node)
        choose(node)
      },
      ' ': () => choose(node),
    }
    const action = actions[event.key]
    if (!action) return
    event.preventDefault()
    action()
  })

  layOut()
  return {
    filter(next) {
      matches = next
      flipped.clear()
      layOut()
      list.toTop()
    },
    select(path) {
      selected = path
      for (let at = tree.nodeOf(path)?.parent ?? null; at; at = at.parent) open.add(at.path)
      layOut()
      const index = rows.findIndex((node) => node.path === path)
      if (index >= 0) moveTo(index)
    },
    refresh: list.refresh,
  }
}

const createRow = (): HTMLElement =>
  element(
    'div',
    { class: 'row', role: 'treeitem' },
    element('span', { class: 'twist', 'aria-hidden': 'true' }),
    element('span', { class: 'name' }),
    element('span', { class: 'mark' }),
    element('span', { class: 'count' }),
  )

interface Worst {
  readonly kind: '' | 'uncertain' | 'bad'
  readonly count: number
  readonly words: string
}

/** The roll-up: how many points below are BAD, else how many are UNCERTAIN. */
function worstOf(qualities: Uint8Array, node: TreeNode, matches: Int32Array | null): Worst {
  let bad = 0
  let uncertain = 0
  const note = (quality: number | undefined): void => {
    if (quality === 3) bad++
    else if (quality === 2) uncertain++
  }
  if (matches) {
    const end = lowerBound(matches, node.end)
    for (let i = lowerBound(matches, node.first); i < end; i++) note(qualities[matches[i] ?? 0])
  } else for (let i = node.first; i < node.end; i++) note(qualities[i])
  if (bad > 0) return { kind: 'bad', count: bad, words: `${bad} bad` }
  if (uncertain > 0) return { kind: 'uncertain', count: uncertain, words: `${uncertain} uncertain` }
  return { kind: '', count: 0, words: '' }
}
