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

/** All qualities and times are a few hundred kilobytes; the state of an array changes slowly. */
const lookMs = 15_000
const retryMs = 3_000

const shell = await openShell({ tick: () => {}, silentMs: 30_000 })
const points = await all()
const { systems, subsystems, cellOf } = matrixOf(points.map(({ id }) => id))
const cells = new Map<string, HTMLTableCellElement>()
build()
for (;;) {
  await look()
  // What was does not change.
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
    logs.setAttribute('aria-label', `Log records of ${system}`)
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
  let link = cell.querySelector('a')
  if (!link) {
    link = element('a', { href: `/#b=${path}` }, element('i', { class: 'mark' }), element('span'))
    cell.append(link)
  }
  setAttribute(link.children[0] ?? link, 'class', `mark ${kind}`)
  setText(link.children[1] ?? link, short)
  setAttribute(link, 'aria-label', `${path}: ${long}`)
  setAttribute(link, 'title', long)
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
