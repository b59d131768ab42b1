import { ApiError, loadPoints, millisOf, type Point, type Sample, serverNow } from './api.ts'
import { type Comparison, commonFront, compare } from './compare-table.ts'
import { byId, element, focusOnSlash, setAttribute, setText } from './dom.ts'
import { decimalsOf, showAge, showStatus, showUnit, showValue } from './format.ts'
import { createWatch } from './live-values.ts'
import { openShell } from './shell.ts'

/** More cells than a screen shows, and few enough to be live. */
const mostPoints = 1_000
const silentAfterMs = 60_000

const form = byId<'form'>('which')
const field = form.elements.namedItem('match') as HTMLInputElement
const cells = new Map<string, { readonly point: Point; readonly cell: HTMLElement }>()
const samples = new Map<string, Sample>()
const digits = new Map<string, number>()
let asked = 0

const shell = await openShell({ tick: draw, silentMs: null })
const watch = createWatch({
  socket: shell.link,
  take(some) {
    for (const sample of some) {
      samples.set(sample.point, sample)
      shell.heard(Math.min(millisOf(sample.time), serverNow()))
    }
    draw()
  },
  failed: shell.report,
})
form.addEventListener('submit', (event) => {
  event.preventDefault()
  history.replaceState(
    null,
    '',
    `${location.pathname}${location.search}#${new URLSearchParams({ m: field.value.trim() })}`,
  )
  void show()
})
addEventListener('hashchange', () => void show())
focusOnSlash(field)
void show()

async function show(): Promise<void> {
  const match = new URLSearchParams(location.hash.slice(1)).get('m') ?? ''
  field.value = match
  const own = ++asked
  if (match === '') {
    setText(byId('summary'), 'What shall be compared? For example Tel*/Mount/*/Position')
    return
  }
  setText(byId('summary'), 'Looking for points …')
  try {
    const points = await loadPoints(() => {}, match)
    if (own !== asked) return
    build(compare(points.slice(0, mostPoints)))
    watch.set([...cells.keys()])
    const more = points.length > mostPoints ? `, of which ${mostPoints} are shown` : ''
    setText(byId('summary'), `${points.length} points${more}`)
    shell.report('')
  } catch (error) {
    shell.report(error instanceof ApiError ? error.message : 'The points could not be read.')
  }
}

function build({ systems, names, of }: Comparison): void {
  cells.clear()
  const front = commonFront(names)
  const head = [element('th', { scope: 'col' }, front === '' ? 'System' : front)]
  for (const name of names) {
    const unit = showUnit(systems.map((system) => of(system, name)?.unit).find(Boolean) ?? null)
    const title = name.slice(front.length) + (unit === '' ? '' : ` [${unit}]`)
    head.push(element('th', { scope: 'col' }, title))
  }
  const rows = systems.map((system) => {
    const row = element('tr', {}, element('th', { scope: 'row' }, system))
    for (const name of names) {
      const point = of(system, name)
      const cell = element('td')
      row.append(cell)
      if (!point) continue
      cell.append(element('a', { href: `/${location.search}#p=${point.id}` }, '—'))
      cells.set(point.id, { point, cell })
    }
    return row
  })
  const table = [element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)]
  byId('values').replaceChildren(...table)
}

function draw(): void {
  for (const [id, { point, cell }] of cells) {
    const sample = samples.get(id)
    const link = cell.firstElementChild
    if (!sample || !link) continue
    const decimals = decimalsOf(sample.value, digits.get(point.id))
    digits.set(point.id, decimals)
    const { main } = showValue(sample.value, sample.text, point.type, decimals)
    const age = serverNow() - millisOf(sample.time)
    const isSilent = age > Math.max(silentAfterMs, 3 * point.intervalMs)
    const status = showStatus(sample.status, sample.quality)
    const sign = sample.quality === 'BAD' ? '■ ' : sample.quality === 'UNCERTAIN' ? '▲ ' : ''
    setText(link, sign + main)
    setAttribute(link, 'title', `${id}: ${status}, ${showAge(age)} old`)
    const kind =
      sample.quality === 'GOOD' ? (isSilent ? 'silent' : '') : sample.quality.toLowerCase()
    setAttribute(cell, 'class', kind)
  }
}
