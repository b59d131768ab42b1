import { element } from './dom.ts'

export interface VirtualList {
  /** How many rows there are; what is on the screen is drawn anew. */
  readonly setCount: (count: number) => void
  /** Draws the rows on the screen anew. */
  readonly refresh: () => void
  /** Scrolls as little as needed to have the row on the screen. */
  readonly reveal: (index: number) => void
  readonly toTop: () => void
  /** The rows on the screen, [first, end). */
  readonly range: () => { readonly first: number; readonly end: number }
}

interface Parts<Row extends HTMLElement> {
  /** Scrolls; its own height decides how many rows are made. */
  readonly viewport: HTMLElement
  readonly createRow: () => Row
  readonly drawRow: (row: Row, index: number) => void
  /** Called after the rows on the screen have changed by scrolling or resizing. */
  readonly moved: () => void
}

/** Rows of one height, of which only those on the screen exist. */
export function createVirtualList<Row extends HTMLElement>(parts: Parts<Row>): VirtualList {
  const { viewport, createRow, drawRow, moved } = parts
  const spacer = element('div', { class: 'spacer', role: 'presentation' })
  viewport.append(spacer)
  const rows: Row[] = []
  let count = 0
  let rowHeight = 24
  let first = 0
  let end = 0

  const measure = (): void => {
    const probe = element('div', { class: 'row' })
    spacer.append(probe)
    rowHeight = probe.getBoundingClientRect().height || rowHeight
    probe.remove()
  }

  const draw = (): void => {
    const height = viewport.clientHeight
    const newFirst = Math.max(0, Math.min(count, Math.floor(viewport.scrollTop / rowHeight)))
    const newEnd = Math.min(count, Math.ceil((viewport.scrollTop + height) / rowHeight))
    const hasMoved = newFirst !== first || newEnd !== end
    first = newFirst
    end = newEnd
    while (rows.length < end - first + 1) {
      const row = createRow()
      rows.push(row)
      spacer.append(row)
    }
    // A row element keeps its index while it stays on the screen, so scrolling redraws only edges.
    const used = new Set<Row>()
    for (let index = first; index < end; index++) {
      const row = rows[index % rows.length]
      if (!row) continue
      used.add(row)
      row.hidden = false
      row.style.transform = `translateY(${index * rowHeight}px)`
      drawRow(row, index)
    }
    for (const row of rows) if (!used.has(row)) row.hidden = true
    if (hasMoved) moved()
  }

  const resize = (): void => {
    measure()
    spacer.style.height = `${count * rowHeight}px`
    draw()
  }

  viewport.addEventListener('scroll', draw, { passive: true })
  new ResizeObserver(resize).observe(viewport)

  return {
    setCount(next) {
      count = next
      spacer.style.height = `${count * rowHeight}px`
      draw()
    },
    refresh: draw,
    reveal(index) {
      const top = index * rowHeight
      const { scrollTop, clientHeight } = viewport
      if (top < scrollTop) viewport.scrollTop = top
      else if (top + rowHeight > scrollTop + clientHeight)
        viewport.scrollTop = top + rowHeight - clientHeight
      draw()
    },
    toTop() {
      viewport.scrollTop = 0
      draw()
    },
    range: () => ({ first, end }),
  }
}
