import { type Alarm, alarmFields, chosen, pathOf, stateWords } from './alarm-list.ts'
import { millisOf } from './api.ts'
import { element } from './dom.ts'
import { showTime } from './format.ts'
import type { Pane, PaneParts } from './pane.ts'
import type { Shell } from './shell.ts'

/** All alarms as they are, followed once for all panes of the page. */
export interface AlarmFeed {
  readonly alarms: ReadonlyMap<string, Alarm>
  readonly changed: Set<() => void>
}

export function followAlarms(shell: Shell): AlarmFeed {
  const alarms = new Map<string, Alarm>()
  const changed = new Set<() => void>()
  shell.follow<readonly Alarm[]>('alarms', alarmFields, (some) => {
    for (const alarm of some) alarms.set(alarm.id, alarm)
    for (const tell of changed) tell()
  })
  return { alarms, changed }
}

const mostRows = 200

/** The alarms that are open below a path, what wants attention first. */
export function createAlarmsPane({ spec, body, frames, zone }: PaneParts, feed: AlarmFeed): Pane {
  const rows = element('tbody')
  const head = ['State', 'Priority', 'Alarm', 'Since'].map((name) =>
    element('th', { scope: 'col' }, name),
  )
  const none = element('p', {}, 'No alarm is open.')
  body.classList.add('scrolls')
  body.tabIndex = 0
  body.append(element('table', {}, element('thead', {}, element('tr', {}, ...head)), rows), none)
  const choice = { text: spec.items[0] ?? '', which: 'open', least: 'LOW' } as const
  const draw = (): void => {
    const shown = chosen(feed.alarms.values(), choice)
    none.hidden = shown.length > 0
    rows.replaceChildren(...shown.slice(0, mostRows).map(rowOf))
  }
  const rowOf = (alarm: Alarm): HTMLElement => {
    const href = `/alarms${location.search}#q=${encodeURIComponent(pathOf(alarm))}`
    const state = element('td', {}, stateWords(alarm))
    if (alarm.state === 'SET_UNACK') state.className = 'bad'
    const link = element('a', { href, title: alarm.description ?? '' }, pathOf(alarm))
    const cells = [element('td', {}, alarm.priority), element('td', {}, link)]
    cells.push(element('td', {}, showTime(millisOf(alarm.time), zone())))
    return element('tr', {}, state, ...cells)
  }
  const tell = (): void => frames.soon(draw)
  feed.changed.add(tell)
  tell()
  return {
    setZone: tell,
    close() {
      feed.changed.delete(tell)
      frames.forget(draw)
    },
  }
}
