import { millisOf, type Point, type Sample, serverNow } from './api.ts'
import { element, setAttribute, setText } from './dom.ts'
import { decimalsOf, showAge, showStatus, showUnit, showValue } from './format.ts'
import type { Pane, PaneParts } from './pane.ts'

/** The newest sample of each point, and how its value is written. */
function newestOf({ points, frames }: PaneParts, draw: () => void) {
  const ids = new Set(points.map(({ id }) => id))
  const samples = new Map<string, Sample>()
  const digits = new Map<string, number>()
  return {
    of: (id: string) => samples.get(id),
    words(point: Point, { value, text }: Sample): string {
      const decimals = decimalsOf(value, digits.get(point.id))
      digits.set(point.id, decimals)
      return showValue(value, text, point.type, decimals).main
    },
    take(some: readonly Sample[]): void {
      let isOurs = false
      for (const sample of some) {
        if (!ids.has(sample.point)) continue
        samples.set(sample.point, sample)
        isOurs = true
      }
      if (isOurs) frames.soon(draw)
    },
  }
}

const kindOf = ({ quality }: Sample): '' | 'bad' | 'uncertain' =>
  quality === 'BAD' ? 'bad' : quality === 'UNCERTAIN' ? 'uncertain' : ''
const signs = { '': '', bad: '■ ', uncertain: '▲ ' } as const

/** Points with value, unit, state and age. */
export function createTablePane(parts: PaneParts): Pane {
  const { body, points, frames } = parts
  const rows = points.map((point) => {
    const link = element('a', { href: `/${location.search}#p=${point.id}` }, point.id)
    if (point.description) link.title = point.description
    const cells = ['value', 'unit', 'quality', 'age'].map((name) => element('td', { class: name }))
    setText(cells[1] ?? link, showUnit(point.unit))
    return element('tr', {}, element('td', {}, link), ...cells)
  })
  const head = ['Point', 'Value', 'Unit', 'Quality', 'Age'].map((name) =>
    element('th', { scope: 'col' }, name),
  )
  body.classList.add('scrolls')
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)))
  table.append(element('tbody', {}, ...rows))
  body.append(table)
  const draw = (): void => {
    points.forEach((point, i) => {
      const [, value, , quality, age] = rows[i]?.cells ?? []
      const sample = newest.of(point.id)
      if (!sample || !value || !quality || !age) return
      const kind = kindOf(sample)
      setText(value, newest.words(point, sample))
      setText(quality, signs[kind] + showStatus(sample.status, sample.quality))
      setAttribute(quality, 'class', kind)
      setText(age, showAge(serverNow() - millisOf(sample.time)))
    })
  }
  const newest = newestOf(parts, draw)
  return { take: newest.take, tick: () => frames.soon(draw), close: () => frames.forget(draw) }
}

/** Values in large letters, each on the range that is declared for it, or that was seen here. */
export function createGaugePane(parts: PaneParts): Pane {
  const { body, points, frames } = parts
  const seen = new Map<string, { low: number; high: number }>()
  const gauges = points.map((point) => {
    const name = element('bdi', {}, point.id)
    const href = `/${location.search}#p=${point.id}`
    const link = element('a', { class: 'name legend-name', href, title: point.id }, name)
    const scale = element('div', { class: 'scale', role: 'meter' }, element('i'))
    scale.setAttribute('aria-label', point.id)
    const ends = element('div', { class: 'ends' }, element('span'), element('span'))
    return element('div', { class: 'gauge' }, link, element('b', {}, '—'), scale, ends)
  })
  body.classList.add('scrolls')
  body.append(element('div', { class: 'gauges' }, ...gauges))

  const draw = (): void => {
    points.forEach((point, i) => {
      const sample = newest.of(point.id)
      const gauge = gauges[i]
      if (!sample || !gauge) return
      const kind = kindOf(sample)
      setAttribute(gauge, 'class', `gauge ${kind}`)
      const words = newest.words(point, sample)
      const [, shown, scale, ends] = gauge.children
      if (shown) setText(shown, `${signs[kind]}${words} ${showUnit(point.unit)}`)
      if (typeof sample.value !== 'number' || !scale || !ends) return
      drawScale({ scale, ends, value: sample.value, words, range: rangeOf(point, sample.value) })
    })
  }
  const rangeOf = ({ id, range }: Point, value: number) => {
    if (range) return range
    const known = seen.get(id) ?? { low: value, high: value }
    seen.set(id, { low: Math.min(known.low, value), high: Math.max(known.high, value) })
    return known
  }
  const newest = newestOf(parts, draw)
  return { take: newest.take, close: () => frames.forget(draw) }
}

interface Scale {
  readonly scale: Element
  readonly ends: Element
  readonly value: number
  readonly words: string
  readonly range: { readonly low: number; readonly high: number }
}

function drawScale({ scale, ends, value, words, range: { low, high } }: Scale): void {
  const share = high > low ? Math.max(0, Math.min(1, (value - low) / (high - low))) : 0.5
  const bar = scale.firstElementChild
  if (bar instanceof HTMLElement) bar.style.transform = `scaleX(${share.toFixed(3)})`
  setAttribute(scale, 'aria-valuemin', String(low))
  setAttribute(scale, 'aria-valuemax', String(high))
  setAttribute(scale, 'aria-valuenow', String(value))
  setAttribute(scale, 'aria-valuetext', words)
  const write = (number: number): string => String(Number(number.toPrecision(4)))
  if (ends.children[0]) setText(ends.children[0], write(low))
  if (ends.children[1]) setText(ends.children[1], write(high))
}
