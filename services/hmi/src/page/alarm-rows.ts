import {
  type Alarm,
  isAside,
  isSet,
  isUnacknowledged,
  nameOf,
  noteWords,
  stateWords,
  systemOf,
} from './alarm-list.ts'
import { remarksOf, type StandingOf } from './alarm-standing.ts'
import { millisOf } from './api.ts'
import { element, setAttribute, setText } from './dom.ts'
import { showTime } from './format.ts'

/** A sign for each priority beside its word, so that none is told by colour alone. */
export const prioritySigns: Readonly<Record<Alarm['priority'], string>> = {
  ...{ CRITICAL: '■', HIGH: '▲', MEDIUM: '▼', LOW: '◆' },
}

export const stateClass = (alarm: Alarm): string =>
  [
    ...['state', isSet(alarm) ? 'set' : 'clear'],
    ...(isUnacknowledged(alarm) ? ['unacknowledged'] : []),
    ...(isAside(alarm) ? ['aside'] : []),
    ...(alarm.escalatedTime === null ? [] : ['escalated']),
  ].join(' ')

/** The rows of the table of alarms: one stays the same element while its alarm is shown. */
export function createAlarmRows(body: HTMLElement, choose: (id: string) => void) {
  const rows = new Map<string, HTMLTableRowElement>()

  const rowOf = (id: string): HTMLTableRowElement => {
    const known = rows.get(id)
    if (known) return known
    const button = element('button', { type: 'button', class: 'plain' })
    const row = element('tr', {}, element('td', {}, element('span')))
    for (const _ of ['priority', 'system']) row.append(element('td'))
    row.append(element('td', {}, button), element('td'), element('td'), element('td'))
    row.addEventListener('click', () => choose(id))
    rows.set(id, row)
    return row
  }

  const fill = (
    alarm: Alarm,
    standingOf: StandingOf,
    isChosen: boolean,
    zone: 'utc' | 'local',
  ): HTMLTableRowElement => {
    const row = rowOf(alarm.id)
    const [state, priority, system, name, about, since, note] = row.cells
    if (!state || !priority || !system || !name || !about || !since || !note) return row
    const words = state.firstElementChild ?? state
    setAttribute(words, 'class', stateClass(alarm))
    setText(words, stateWords(alarm))
    setText(priority, `${prioritySigns[alarm.priority]} ${alarm.priority}`)
    setText(system, systemOf(alarm))
    setText(name.firstElementChild ?? name, nameOf(alarm))
    setAttribute(name.firstElementChild ?? name, 'aria-pressed', String(isChosen))
    setText(about, alarm.description ?? '')
    setText(since, showTime(millisOf(alarm.time), zone))
    const remarks = remarksOf(alarm, standingOf(alarm), zone)
    setText(note, [...remarks, noteWords(alarm)].filter((words) => words).join('; '))
    setAttribute(row, 'class', isChosen ? 'chosen' : '')
    return row
  }

  return (
    alarms: readonly Alarm[],
    standingOf: StandingOf,
    chosen: string | null,
    zone: 'utc' | 'local',
  ): void => {
    const shown = new Set(alarms.map(({ id }) => id))
    for (const [id, row] of rows) {
      if (shown.has(id)) continue
      row.remove()
      rows.delete(id)
    }
    alarms.forEach((alarm, i) => {
      const row = fill(alarm, standingOf, alarm.id === chosen, zone)
      // Moved only where the order changed: a row that somebody is about to click stays.
      if (body.children[i] !== row) body.insertBefore(row, body.children[i] ?? null)
    })
  }
}
