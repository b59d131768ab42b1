import { serverNow } from './api.ts'
import { byId, element, makeFocusable, setAttribute, setText } from './dom.ts'
import {
  decimalsOf,
  isNoCommunication,
  showAge,
  showClock,
  showStatus,
  showTime,
  showUnit,
  showValue,
} from './format.ts'
import type { LiveValues } from './live-values.ts'
import type { PointTree } from './point-tree.ts'
import { createSparkline, flatPath, sparklinePath } from './sparkline.ts'
import { isStale, type SortKey, sortRows } from './table-order.ts'
import { type Trends, trendMs } from './trends.ts'
import { createVirtualList } from './virtual-list.ts'

export interface TableView {
  /** The points to show, by place in the tree's list, and the part of their ids to leave out. */
  readonly show: (rows: Int32Array, prefix: string, title: string) => void
  /** Draws the values on the screen anew. */
  readonly refresh: () => void
  readonly setPlotted: (points: ReadonlySet<string>) => void
  readonly setZone: (zone: 'utc' | 'local') => void
  /** The places of the points on the screen and a screen's part around them. */
  readonly wanted: () => readonly number[]
}

interface Parts {
  readonly tree: PointTree
  readonly values: LiveValues
  readonly trends: Trends
  /** The rows on the screen are others now. */
  readonly moved: () => void
  /** Plot this one only, or add or remove it. */
  readonly plot: (id: string, mode: 'only' | 'toggle') => void
  /** Fetches the newest values of rows that are not on the screen, to sort by them. */
  readonly fetchValues: (rows: Int32Array) => Promise<void>
}

/** The live table: a row per point, of which only those on the screen exist and are subscribed. */
export function createTableView(parts: Parts): TableView {
  const { tree, values, trends, moved, plot, fetchValues } = parts
  const viewport = byId('table')
  makeFocusable(viewport, 'grid', 'Live values: Enter plots a point, the space bar adds it')
  const head = byId('table-head')
  const title = byId('table-title')
  const decimals = new Map<number, number>()
  let shown: Int32Array = new Int32Array()
  let rows: Int32Array = shown
  let prefix = ''
  let plotted: ReadonlySet<string> = new Set()
  let sort: { readonly key: SortKey; readonly down: boolean } = { key: 'point', down: false }
  let cursor = 0
  let zone: 'utc' | 'local' = 'utc'

  /** Once a second is often enough, and costs a tenth of drawing it with each value. */
  const drawTrend = (cell: Element, place: number): void => {
    const trace = trends.of(place)
    const now = serverNow()
    const state = `${place} ${Math.floor(now / 1000)} ${trace === undefined}`
    if (cell.getAttribute('data-state') === state) return
    cell.setAttribute('data-state', state)
    if (!cell.firstChild) cell.append(createSparkline())
    cell
      .querySelector('path')
      ?.setAttribute('d', trace ? sparklinePath(trace, now, trendMs) || flat(place) : '')
  }

  /** Without a change for as long as a trend reaches, the value of before holds all the way. */
  const flat = (place: number): string =>
    /number|boolean/.test(typeof values.last(place)?.value) && values.qualities[place] !== 3
      ? flatPath
      : ''

  const drawRow = (row: HTMLElement, index: number): void => {
    const place = rows[index] ?? -1
    const point = tree.points[place]
    const [tick, mark, name, about, trend, value, unit, quality, age, time] = row.children
    if (
      !point ||
      !tick ||
      !mark ||
      !name ||
      !about ||
      !trend ||
      !value ||
      !unit ||
      !quality ||
      !age ||
      !time
    )
      return
    const isPlotted = plotted.has(point.id)
    row.dataset['index'] = String(index)
    row.id = `row-${index}`
    setAttribute(row, 'aria-rowindex', String(index + 2))
    setAttribute(row, 'aria-selected', String(isPlotted))
    row.classList.toggle('cursor', index === cursor)
    setText(tick, isPlotted ? '✓' : '')
    setText(name, prefix && point.id.startsWith(prefix) ? point.id.slice(prefix.length) : point.id)
    setAttribute(name, 'title', `${point.id}\n${point.description ?? ''}`)
    setText(about, point.description ?? '')
    setAttribute(about, 'title', point.description ?? '')
    drawTrend(trend, place)
    setText(unit, showUnit(point.unit))
    const sample = values.last(place)
    if (!sample) {
      setAttribute(row, 'class', row.classList.contains('cursor') ? 'row cursor' : 'row')
      setAttribute(mark, 'class', 'mark')
      for (const cell of [value, quality, age, time]) setText(cell, '')
      setText(quality, 'no value yet')
      return
    }
    const digits = decimalsOf(sample.value, decimals.get(place))
    decimals.set(place, digits)
    const { main, minor } = showValue(sample.value, sample.text, point.type, digits)
    const [mainPart, minorPart] = value.children
    if (mainPart && minorPart) {
      setText(mainPart, main)
      setText(minorPart, minor)
    } else value.replaceChildren(element('span', {}, main), element('small', {}, minor))
    setAttribute(value, 'title', main)
    const millis = values.timeOf(place)
    const old = serverNow() - millis
    const stale = isStale(old, point.intervalMs)
    const kind = isNoCommunication(sample.status) ? 'silent' : sample.quality.toLowerCase()
    row.classList.remove('good', 'uncertain', 'bad', 'silent')
    row.classList.add(kind)
    row.classList.toggle('stale', stale)
    setAttribute(mark, 'class', `mark ${kind}`)
    const words = showStatus(sample.status, sample.quality)
    setText(quality, words)
    setAttribute(quality, 'title', words)
    setText(age, stale ? `old ${showAge(old)}` : showAge(old))
    setAttribute(age, 'title', stale ? 'Unchanged for so long, or no longer sent' : '')
    setText(time, old < 86_400_000 ? showClock(millis, zone) : showTime(millis, zone).slice(0, 10))
    setAttribute(time, 'title', `${showTime(millis, zone)} ${zone === 'utc' ? 'UTC' : 'local'}`)
  }

  const list = createVirtualList({ viewport, createRow, drawRow, moved: () => moved() })

  const arrange = (): void => {
    rows = sortRows(shown, sort.key, sort.down, tree.points, values)
    cursor = Math.max(0, Math.min(cursor, rows.length - 1))
    setAttribute(viewport, 'aria-rowcount', String(rows.length + 1))
    list.setCount(rows.length)
    for (const cell of head.querySelectorAll<HTMLElement>('[data-sort]')) {
      const isKey = cell.dataset['sort'] === sort.key
      cell.dataset['order'] = !isKey ? '' : sort.down ? 'descending' : 'ascending'
      setAttribute(cell, 'aria-pressed', String(isKey))
    }
  }

  const sortBy = async (key: SortKey): Promise<void> => {
    sort = { key, down: sort.key === key ? !sort.down : key === 'quality' }
    if (key !== 'point') await fetchValues(shown)
    arrange()
    list.toTop()
    moved()
  }

  const moveTo = (index: number): void => {
    if (rows.length === 0) return
    cursor = Math.max(0, Math.min(index, rows.length - 1))
    list.reveal(cursor)
    setAttribute(viewport, 'aria-activedescendant', `row-${cursor}`)
  }

  const plotRow = (index: number, mode: 'only' | 'toggle'): void => {
    const point = tree.points[rows[index] ?? -1]
    if (point) plot(point.id, mode)
  }

  head.addEventListener('click', (event) => {
    const cell = (event.target as Element).closest<HTMLElement>('[data-sort]')
    if (cell) void sortBy(cell.dataset['sort'] as SortKey)
  })
  viewport.addEventListener('click', (event) => {
    const target = event.target as Element
    const row = target.closest<HTMLElement>('.row')
    if (!row) return
    moveTo(Number(row.dataset['index']))
    const adds = target.classList.contains('tick') || event.ctrlKey || event.metaKey
    plotRow(cursor, adds || event.shiftKey ? 'toggle' : 'only')
  })
  viewport.addEventListener('keydown', (event) => {
    const page = Math.max(1, list.range().end - list.range().first - 2)
    const actions: Readonly<Record<string, () => void>> = {
      ArrowDown: () => moveTo(cursor + 1),
      ArrowUp: () => moveTo(cursor - 1),
      PageDown: () => moveTo(cursor + page),
      PageUp: () => moveTo(cursor - page),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      Enter: () => plotRow(cursor, 'only'),
      ' ': () => plotRow(cursor, 'toggle'),
    }
    const action = actions[event.key]
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    action()
  })

  return {
    show(next, nextPrefix, nextTitle) {
      shown = next
      prefix = nextPrefix
      cursor = 0
      setText(title, nextTitle)
      arrange()
      list.toTop()
      moved()
    },
    refresh: list.refresh,
    setPlotted(points) {
      plotted = points
      list.refresh()
    },
    setZone(next) {
      zone = next
      list.refresh()
    },
    wanted() {
      const { first, end } = list.range()
      const margin = Math.ceil((end - first) / 2)
      return [...rows.subarray(Math.max(0, first - margin), end + margin)]
    },
  }
}

const createRow = (): HTMLElement => {
  const cell = (name: string): HTMLElement => element('span', { class: name, role: 'gridcell' })
  const row = element('div', { class: 'row', role: 'row' })
  row.append(
    ...['tick', 'mark', 'name', 'about', 'trend', 'value', 'unit', 'quality', 'age', 'time'].map(
      cell,
    ),
  )
  return row
}
