import { type Alarm, pathOf, stateWords } from './alarm-list.ts'
import { prioritySigns } from './alarm-rows.ts'
import { remarksOf, type Standing } from './alarm-standing.ts'
import { byId, element } from './dom.ts'

/** As many as one reads; the rest is a number. */
const mostRelated = 20
let drawn = ''
let choose: (id: string) => void = () => {}

/** Who chooses another alarm from these details. */
export function onRelatedChosen(chose: (id: string) => void): void {
  choose = chose
}

/** Draws what is remarkable of an alarm, and the alarms that it hangs together with. */
export function drawRelated(alarm: Alarm, standing: Standing, zone: 'utc' | 'local'): void {
  const remarks = remarksOf(alarm, standing, zone)
  const { cause, after, explains, followers } = standing
  const groups: readonly (readonly [string, readonly Alarm[]])[] = [
    ['Because of', cause ? [cause] : []],
    ['It explains', explains],
    ['Set first of its burst', after ? [after] : []],
    ['Set after it in its burst', followers],
  ]
  // The same elements as long as they say the same, so that a click finds them.
  const says = groups.map(([title, some]) => [title, some.map((one) => [one.id, wordsOf(one)])])
  const key = JSON.stringify([alarm.id, remarks, says])
  if (key === drawn) return
  drawn = key
  byId('details-remarks').hidden = remarks.length === 0
  byId('details-remarks').replaceChildren(...remarks.map((text) => element('li', {}, text)))
  byId('details-related').replaceChildren(
    ...groups.flatMap(([title, some]) => (some.length > 0 ? groupOf(title, some) : [])),
  )
}

function groupOf(title: string, alarms: readonly Alarm[]): HTMLElement[] {
  const count = alarms.length > 1 ? ` (${alarms.length})` : ''
  const items = alarms.slice(0, mostRelated).map((alarm) => {
    const button = element('button', { type: 'button', class: 'plain' }, pathOf(alarm))
    button.addEventListener('click', () => choose(alarm.id))
    return element('li', {}, button, ` ${wordsOf(alarm)}`)
  })
  const more = alarms.length - items.length
  if (more > 0) items.push(element('li', {}, `and ${more} more`))
  return [
    element('h3', {}, `${title}${count}`),
    element('ul', { class: 'related', 'aria-label': title }, ...items),
  ]
}

const wordsOf = (alarm: Alarm): string =>
  `${prioritySigns[alarm.priority]} ${alarm.priority}, ${stateWords(alarm)}`
