import { showDetails } from './alarm-details.ts'
import {
  type Alarm,
  type AlarmChoice,
  alarmFields,
  chosen,
  isAside,
  isSet,
  isUnacknowledged,
  noteWords,
  stateWords,
} from './alarm-list.ts'
import { byId, element, setText } from './dom.ts'
import { createSocket } from './socket.ts'

/** More rows than anybody reads; the counts in the header and the filters tell of the rest. */
const mostRows = 1_000

const alarms = new Map<string, Alarm>()
let selected = new URLSearchParams(location.search).get('id')
let isDrawn = false

const socket = createSocket(`${location.origin.replace(/^http/, 'ws')}/graphql`, ({ kind }) => {
  setText(byId('link-words'), kind === 'open' ? 'connected' : 'not connected')
  byId('link').className = kind === 'open' ? 'fact' : 'fact bad'
})
socket.subscribe({
  query: `subscription { alarms { ${alarmFields} } }`,
  variables: {},
  next(data) {
    for (const alarm of data['alarms'] as readonly Alarm[]) alarms.set(alarm.id, alarm)
    drawSoon()
  },
  failed: (message) => setText(byId('problem'), message),
})

const choice = (): AlarmChoice => ({
  text: byId<'input'>('search').value,
  which: byId<'select'>('which').value as AlarmChoice['which'],
  least: byId<'select'>('least').value as AlarmChoice['least'],
})
for (const id of ['search', 'which', 'least']) byId(id).addEventListener('input', drawSoon)
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target instanceof HTMLInputElement) return
  event.preventDefault()
  byId<'input'>('search').focus()
})

/** Once a frame, however many changes there are. */
function drawSoon(): void {
  if (isDrawn) return
  isDrawn = true
  requestAnimationFrame(draw)
}

function draw(): void {
  isDrawn = false
  const all = [...alarms.values()]
  const count = (id: string, fits: (alarm: Alarm) => boolean) =>
    setText(byId(id), String(all.filter(fits).length))
  count('count-unacknowledged', (alarm) => isUnacknowledged(alarm) && !isAside(alarm))
  count('count-set', isSet)
  count('count-shelved', ({ shelvedUntil }) => shelvedUntil !== null)
  const shown = chosen(all, choice()).slice(0, mostRows)
  byId('rows').replaceChildren(...shown.map(rowOf))
  byId('none').hidden = shown.length > 0
  const alarm = selected === null ? undefined : alarms.get(selected)
  if (alarm) showDetails(alarm)
}

function rowOf(alarm: Alarm): HTMLElement {
  const words = ['state', isSet(alarm) ? 'set' : 'clear']
  if (isUnacknowledged(alarm)) words.push('unacknowledged')
  if (isAside(alarm)) words.push('aside')
  const row = element(
    'tr',
    { tabindex: '0', 'aria-selected': String(alarm.id === selected) },
    element('td', {}, element('span', { class: words.join(' ') }, stateWords(alarm))),
    element('td', {}, alarm.priority),
    element('td', {}, alarm.id),
    element('td', {}, alarm.description ?? ''),
    element('td', {}, alarm.time.slice(0, 19).replace('T', ' ')),
    element('td', {}, noteWords(alarm)),
  )
  const choose = (): void => {
    selected = alarm.id
    history.replaceState(null, '', `?id=${encodeURIComponent(alarm.id)}`)
    draw()
  }
  row.addEventListener('click', choose)
  row.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') choose()
  })
  return row
}
