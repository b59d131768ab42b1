import { type Alarm, isAside, isSet, pathOf } from './alarm-list.ts'
import {
  ApiError,
  at,
  loadPoints,
  loadQualities,
  millisOf,
  type Quality,
  serverNow,
} from './api.ts'
import { byId, element, setAttribute, setText } from './dom.ts'
import { cellWords, emptyRollUp, matrixOf, type RollUp, rollUp, worstOf } from './roll-up.ts'
import { openShell } from './shell.ts'
import { whenMoved } from './time-cursor.ts'

/** All qualities and times are a few hundred kilobytes; the state of an array changes slowly. */
const lookMs = 15_000
const retryMs = 3_000

const shell = await openShell({ tick: () => {}, silentMs: 30_000 })
const points = await all()
const { systems, subsystems, cellOf } = matrixOf(points.map(({ id }) => id))
const cells = new Map<string, HTMLTableCellElement>()
const alarms = new Map<string, Alarm>()
build()
shell.follow<readonly Alarm[]>('alarms', 'id state priority annunciation points', (some) => {
  for (const alarm of some) alarms.set(alarm.id, alarm)
  markAlarms()
})
whenMoved(look)
for (;;) {
  await look()
  // What was does not change; the page may be played on.
  if (at !== null) break
  await new Promise((resolve) => setTimeout(resolve, lookMs))
}

/** Tries until the points are there. */
async function all() {
  for (;;) {
    try {
      return await loadPoints((count) => setText(byId('summary'), `Loading: ${count} points …`))
    } catch (error) {
      shell.report(error instanceof ApiError ? error.message : 'The points could not be read.')
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }
}

function build(): void {
  const head = [element('th', { scope: 'col' }, 'System')]
  for (const subsystem of subsystems) head.push(element('th', { scope: 'col' }, subsystem))
  head.push(element('th', { scope: 'col' }, 'Logs'))
  const body = systems.map((system) => {
    const row = element('tr', {}, element('th', { scope: 'row' }, system))
    for (const subsystem of subsystems) {
      const path = `${system}/${subsystem}`
      const cell = element('td')
      // A place for what is known of the cell beside its values.
      cell.dataset['path'] = path
      cells.set(path, cell)
      row.append(cell)
    }
    const logs = element('a', { href: `/logs#host=${encodeURIComponent(system)}` }, 'logs')
    logs.setAttribute('aria-label', `logs of ${system}`)
    row.append(element('td', {}, logs))
    return row
  })
  byId('matrix').replaceChildren(
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...body),
  )
}

async function look(): Promise<void> {
  if (document.hidden) return
  try {
    const found = await loadQualities(points.map(({ id }) => id))
    const intervals = new Map(points.map(({ id, intervalMs }) => [id, intervalMs]))
    const now = serverNow()
    const sums = new Map<string, RollUp>()
    for (const { id } of points) {
      const path = cellOf(id)
      const sum = sums.get(path) ?? emptyRollUp()
      sums.set(path, sum)
      sum.points++
    }
    for (const { point, time, quality } of found) {
      const millis = millisOf(time)
      shell.heard(Math.min(millis, now))
      const sum = sums.get(cellOf(point))
      if (sum) rollUp(sum, quality as Quality, now - millis, intervals.get(point) ?? 0)
    }
    for (const [path, cell] of cells) fill(cell, path, sums.get(path) ?? null)
    summarise([...sums.values()])
    shell.report('')
  } catch (error) {
    shell.report(error instanceof ApiError ? error.message : 'The state could not be read.')
  }
}

function fill(cell: HTMLTableCellElement, path: string, sum: RollUp | null): void {
  if (sum === null) return
  const kind = worstOf(sum)
  const { short, long } = cellWords(sum)
  setAttribute(cell, 'class', kind)
  let link = cell.querySelector<HTMLElement>('a.points')
  if (!link) {
    const parts = [element('i', { class: 'mark' }), element('span', { 'aria-hidden': 'true' })]
    link = element('a', { class: 'points', href: `/${location.search}#b=${path}` }, ...parts)
    cell.prepend(link)
  }
  setAttribute(link.children[0] ?? link, 'class', `mark ${kind}`)
  setText(link.children[1] ?? link, short)
  // Begins with what is seen, for those who speak to their computer.
  setAttribute(link, 'aria-label', `${short} ${path}: ${long}`)
  setAttribute(link, 'title', long)
}

/** Alarms that are set, in the cell of the subsystem that their points are of. */
function markAlarms(): void {
  const counts = new Map<string, number>()
  for (const alarm of alarms.values()) {
    if (!isSet(alarm) || isAside(alarm)) continue
    const path = cellOf(pathOf(alarm))
    counts.set(path, (counts.get(path) ?? 0) + 1)
  }
  for (const [path, cell] of cells) {
    const count = counts.get(path) ?? 0
    const known = cell.querySelector('a.alarms')
    if (count === 0) known?.remove()
    else {
      const href = `/alarms${location.search}#q=${path}/`
      const shown = element('span', { 'aria-hidden': 'true' })
      const link = known ?? element('a', { class: 'alarms', href }, shown)
      if (!known) cell.append(link)
      setText(link.firstElementChild ?? link, `⚑ ${count}`)
      setAttribute(link, 'aria-label', `⚑ ${count} alarms are set: ${path}`)
    }
  }
  const elsewhere = [...counts].reduce((sum, [path, n]) => sum + (cells.has(path) ? 0 : n), 0)
  setText(byId('other-alarms'), elsewhere > 0 ? `${elsewhere} other alarms are set` : 'All alarms')
}

function summarise(sums: readonly RollUp[]): void {
  const total = emptyRollUp()
  for (const sum of sums) {
    total.points += sum.points
    total.bad += sum.bad
    total.uncertain += sum.uncertain
    total.silent += sum.silent
  }
  setText(byId('summary'), `${systems.length} systems, ${cellWords(total).long}`)
}
