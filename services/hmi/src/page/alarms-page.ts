import { onDetailsClosed, setRole, showDetails } from './alarm-details.ts'
import {
  type Alarm,
  type AlarmChoice,
  alarmFields,
  chosen,
  fitsText,
  floodOf,
  isAside,
  isSet,
  isUnacknowledged,
  shownOf,
} from './alarm-list.ts'
import { onRelatedChosen } from './alarm-related.ts'
import { createAlarmRows } from './alarm-rows.ts'
import { createAlarmSound } from './alarm-sound.ts'
import { standingsOf } from './alarm-standing.ts'
import { createAlarmTree } from './alarm-tree.ts'
import { at, millisOf, serverNow } from './api.ts'
import { byId, setAttribute, setText } from './dom.ts'
import { openShell } from './shell.ts'

/** More rows than anybody reads; the counts in the header and the filters tell of the rest. */
const mostRows = 1_000

const alarms = new Map<string, Alarm>()
let selected = new URLSearchParams(location.search).get('id')
let isTree = false
showAddress()
let isDrawn = false
/** Without a first answer an empty table does not mean that all is well. */
let isHeard = false
/** The first answer of a new connection takes the place of all that was known. */
let isAnew = true

const drawRows = createAlarmRows(byId('rows'), choose)
const drawTree = createAlarmTree(byId('alarm-tree'), choose)
const sound = createAlarmSound(drawSoon)
const shell = await openShell({
  ...{ tick: drawSoon, silentMs: null },
  reconnected() {
    isAnew = true
  },
})
// With a login everybody knows who acts.
byId('who-label').hidden = shell.session.user !== null
setRole(shell.session.user?.role ?? null)

shell.follow<readonly Alarm[]>('alarms', alarmFields, (some) => {
  if (isAnew) alarms.clear()
  isAnew = false
  for (const alarm of some) {
    alarms.set(alarm.id, alarm)
    shell.heard(Math.min(millisOf(alarm.time), serverNow()))
  }
  isHeard = true
  if (at === null) sound.hear([...alarms.values()])
  drawSoon()
})

for (const id of ['search', 'which', 'least']) {
  byId(id).addEventListener('input', () => {
    keepAddress()
    drawSoon()
  })
}
addEventListener('hashchange', () => {
  showAddress()
  drawSoon()
})
byId('as-tree').addEventListener('click', () => {
  isTree = !isTree
  keepAddress()
  drawSoon()
})
byId('sound').addEventListener('click', () => sound.setOn(!sound.isOn || sound.isBlocked))
byId('silence').addEventListener('click', () => sound.silence())
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target instanceof HTMLInputElement) return
  event.preventDefault()
  byId<'input'>('search').focus()
})

onRelatedChosen(choose)
onDetailsClosed(() => {
  selected = null
  history.replaceState(null, '', addressWith(null))
  drawSoon()
})

function choice(): AlarmChoice {
  return {
    text: byId<'input'>('search').value,
    which: byId<'select'>('which').value as AlarmChoice['which'],
    least: byId<'select'>('least').value as AlarmChoice['least'],
  }
}

function choose(id: string): void {
  selected = id
  history.replaceState(null, '', addressWith(id))
  draw()
}

/** What is asked for is in the address: `#view=tree&q=Tel01/&which=all&least=HIGH`. */
function showAddress(): void {
  const fields = new URLSearchParams(location.hash.slice(1))
  isTree = fields.get('view') === 'tree'
  byId<'input'>('search').value = fields.get('q') ?? ''
  byId<'select'>('which').value = fields.get('which') ?? 'open'
  byId<'select'>('least').value = fields.get('least') ?? 'LOW'
}

function keepAddress(): void {
  const { text, which, least } = choice()
  const fields = new URLSearchParams()
  if (isTree) fields.set('view', 'tree')
  if (text !== '') fields.set('q', text)
  if (which !== 'open') fields.set('which', which)
  if (least !== 'LOW') fields.set('least', least)
  const hash = fields.size > 0 ? `#${fields}` : ''
  history.replaceState(null, '', location.pathname + location.search + hash)
}

/** This page's address with an alarm chosen, or none. */
function addressWith(id: string | null): string {
  const fields = new URLSearchParams(location.search)
  if (id === null) fields.delete('id')
  else fields.set('id', id)
  return `${location.pathname}${fields.size > 0 ? `?${fields}` : ''}${location.hash}`
}

/** Once a frame, however many changes there are. */
function drawSoon(): void {
  if (isDrawn) return
  isDrawn = true
  requestAnimationFrame(draw)
}

function draw(): void {
  isDrawn = false
  const all = [...alarms.values()]
  drawHead(all)
  const wanted = choice()
  const shown = chosen(all, wanted).slice(0, mostRows)
  byId('alarm-table').hidden = isTree
  byId('alarm-tree').hidden = !isTree
  setText(byId('as-tree'), isTree ? 'Table' : 'Tree')
  const standings = standingsOf(alarms)
  const zone = shell.zone()
  if (isTree) {
    const within = all.filter((alarm) => fitsText(alarm, wanted))
    const look = { standings, nowChosen: selected, inZone: zone }
    drawTree(within, (alarm) => shownOf(alarm, wanted.which), look)
  } else drawRows(shown, standings, selected, zone)
  byId('none').hidden = isTree || shown.length > 0 || !isHeard
  const isUsual = wanted.which === 'open' && wanted.least === 'LOW' && wanted.text === ''
  setText(
    byId('none'),
    isUsual ? 'All is well: no alarm is set or to acknowledge.' : 'No such alarm.',
  )
  const alarm = selected === null ? undefined : alarms.get(selected)
  if (alarm) showDetails(alarm, standings(alarm), zone)
}

function drawHead(all: readonly Alarm[]): void {
  const count = (id: string, kind: string, fits: (alarm: Alarm) => boolean): void => {
    const number = all.filter(fits).length
    setText(byId(id), isHeard ? String(number) : '–')
    setAttribute(byId(id).parentElement ?? byId(id), 'class', number > 0 ? `fact ${kind}` : 'fact')
  }
  count('count-unacknowledged', 'bad', (alarm) => isUnacknowledged(alarm) && !isAside(alarm))
  count('count-set', 'uncertain', (alarm) => isSet(alarm) && !isAside(alarm))
  count('count-aside', '', isAside)
  const late = all.filter(({ escalatedTime }) => escalatedTime !== null).length
  byId('escalated').hidden = late === 0
  setText(byId('escalated'), `‼ ${late} escalated: not acknowledged in time`)
  const flood = floodOf(all, serverNow())
  byId('flood').hidden = flood === 0
  setText(byId('flood'), `Flood: ${flood} alarms in 10 min. The tree shows where.`)
  setText(
    byId('sound'),
    sound.isBlocked ? '♪ Sound waits for a click' : sound.isOn ? '♪ Sound on' : '♪ Sound off',
  )
  setAttribute(byId('sound'), 'aria-pressed', String(sound.isOn))
  byId('silence').hidden = !sound.isRinging
}
