import { type Alarm, nameOf, noteWords, stateWords, systemOf } from './alarm-list.ts'
import { drawRelated } from './alarm-related.ts'
import { prioritySigns } from './alarm-rows.ts'
import type { Standing } from './alarm-standing.ts'
import { ApiError, at, millisOf, request, serverNow } from './api.ts'
import { byId, element, setText } from './dom.ts'
import { showTime } from './format.ts'

interface Explanation {
  readonly asce: string
  readonly transferFunction: string
  readonly properties: Readonly<Record<string, string>>
  readonly fault: string | null
  readonly inputs: readonly {
    readonly id: string
    readonly value: string | null
    readonly validity: string | null
    readonly point: string | null
  }[]
}

interface Transition {
  readonly time: string
  readonly from: string | null
  readonly to: string
  readonly priority: string
  readonly action: string | null
  readonly user: string | null
  readonly comment: string | null
}

const explanationQuery = `query ($id: ID!, $at: DateTime) { alarmExplanation(id: $id, at: $at) {
  asce transferFunction properties fault inputs { id value validity point } } }`
const historyQuery = `query ($id: ID!, $from: DateTime!, $to: DateTime!) {
  alarmHistory(id: $id, from: $from, to: $to, first: 50, order: NEWEST) {
    edges { node { time from to priority action user comment } } } }`

let shown: Alarm | null = null
let zone: 'utc' | 'local' = 'utc'
let mayService = false
const dayMs = 86_400_000
/** What a plot and the log records show on both sides of the moment it was set. */
const aroundMs = 900_000
/** As many points as one plot takes. */
const mostPlotted = 8

/** Shows an alarm beside the table; what it is made from and its history are fetched on a change. */
export function showDetails(alarm: Alarm, standing: Standing, inZone: 'utc' | 'local'): void {
  const isAnother = shown?.id !== alarm.id
  const isChanged = isAnother || shown?.state !== alarm.state || shown.time !== alarm.time
  const isElsewhere = zone !== inZone
  shown = alarm
  zone = inZone
  if (isAnother) {
    byId('details').hidden = false
    setText(byId('problem'), '')
    for (const id of ['explanation', 'history']) byId(id).replaceChildren()
  }
  const system = systemOf(alarm)
  setText(byId('details-title'), system ? `${system}: ${nameOf(alarm)}` : nameOf(alarm))
  const priority = `${prioritySigns[alarm.priority]} ${alarm.priority}`
  const since = `since ${showTime(millisOf(alarm.time), zone)}`
  const words = [alarm.description, priority, `${stateWords(alarm)} ${since}`, noteWords(alarm)]
  setText(byId('details-words'), words.filter((text) => text).join(' — '))
  setText(byId('details-guidance'), alarm.guidance ? `What to do: ${alarm.guidance}` : '')
  drawRelated(alarm, standing, zone)
  const isPast = at !== null
  byId('acknowledge').hidden = isPast || alarm.state.endsWith('_ACK')
  byId('shelve').hidden = isPast || !alarm.canShelve || alarm.shelvedUntil !== null
  byId('unshelve').hidden = isPast || alarm.shelvedUntil === null
  const isOut = alarm.annunciation === 'OUT_OF_SERVICE'
  byId('take-out').hidden = isPast || isOut || !mayService
  byId('return').hidden = isPast || !isOut || !mayService
  if (!isChanged && !isElsewhere) return
  drawLinks(alarm)
  void loadExplanation(alarm.id)
  void loadHistory(alarm.id)
}

/** Who may take alarms out of service and return them: the engineer's and the expert's right. */
export function setRole(role: string | null): void {
  mayService = role === null || ['engineer', 'expert'].includes(role.toLowerCase())
}

/** Closes the details until another alarm is chosen; says so to whoever keeps the choice. */
export function onDetailsClosed(closed: () => void): void {
  byId('close-details').addEventListener('click', () => {
    shown = null
    byId('details').hidden = true
    closed()
  })
}

/** To the plot of its points and to the log records, at the time when it was set. */
function drawLinks(alarm: Alarm): void {
  const set = millisOf(alarm.setTime ?? alarm.time)
  const iso = (millis: number): string => new Date(millis).toISOString()
  const until = Math.min(set + aroundMs, serverNow())
  const links: HTMLElement[] = []
  if (alarm.points.length > 0) {
    const points = alarm.points.slice(0, mostPlotted).join(',')
    const href = `/#p=${points}&r=${iso(set - aroundMs)}..${iso(until)}`
    links.push(element('a', { class: 'button', href }, 'Plot its points at that time'))
  }
  const system = systemOf(alarm)
  const host = system ? `&host=${encodeURIComponent(system)}` : ''
  const logs = `/logs#to=${iso(until).slice(0, 19)}${host}`
  links.push(element('a', { class: 'button', href: logs }, 'Logs at that time'))
  if (/^https?:|^\//.test(alarm.url ?? '')) {
    links.push(element('a', { class: 'button', href: alarm.url ?? '' }, 'Its page'))
  }
  byId('details-links').replaceChildren(...links)
}

async function loadExplanation(id: string): Promise<void> {
  try {
    const { alarmExplanation } = await request<{ alarmExplanation: Explanation }>(
      explanationQuery,
      { id, at },
    )
    if (shown?.id === id) drawExplanation(alarmExplanation)
  } catch (error) {
    if (shown?.id !== id) return
    byId('explanation').replaceChildren(element('dd', {}, wordsOf(error)))
  }
}

function drawExplanation(found: Explanation): void {
  const { asce, transferFunction, properties, fault, inputs } = found
  const pair = (name: Node | string, text: string) => [
    element('dt', {}, name),
    element('dd', {}, text),
  ]
  byId('explanation').replaceChildren(
    ...inputs.flatMap(({ id: input, value, validity, point }) =>
      pair(
        point === null ? input : element('a', { href: `/#p=${point}` }, point),
        `${value ?? 'no value'} (${(validity ?? 'unknown').toLowerCase()})`,
      ),
    ),
    ...pair(asce, transferFunction.split('.').at(-1) ?? transferFunction),
    ...Object.entries(properties)
      .filter(([name]) => name !== 'mla.guidance')
      .flatMap(([name, value]) => pair(name.split('.').at(-1) ?? name, value)),
    ...(fault ? pair('fault', fault) : []),
  )
}

async function loadHistory(id: string): Promise<void> {
  const from = new Date(serverNow() - dayMs).toISOString()
  const to = at ?? new Date(serverNow() + dayMs).toISOString()
  try {
    const { alarmHistory } = await request<{
      alarmHistory: { edges: readonly { node: Transition }[] }
    }>(historyQuery, { id, from, to })
    if (shown?.id !== id) return
    const items = alarmHistory.edges.map(({ node }) => {
      const { time, from: before, to: state, priority, action, user, comment } = node
      // Acknowledged as less urgent than it has become, so it wants somebody again.
      const isAgain = before === 'SET_ACK' && state === 'SET_UNACK'
      const why = isAgain && !action ? 'again, more urgent than acknowledged' : ''
      const by = action ? [action, user, comment].filter(Boolean).join(' ') : why
      const words = `${state.replace('_', ', ').toLowerCase()} ${priority.toLowerCase()}`
      return element('li', {}, `${showTime(millisOf(time), zone)} ${words}${by ? ` – ${by}` : ''}`)
    })
    byId('history').replaceChildren(...items)
  } catch (error) {
    if (shown?.id !== id) return
    byId('history').replaceChildren(element('li', {}, wordsOf(error)))
  }
}

const wordsOf = (error: unknown): string =>
  error instanceof ApiError ? error.message : 'It could not be read.'

/** A form that does one thing to the alarm that is shown. */
function does(form: string, mutation: string, args: string, types: string): void {
  const target = byId<'form'>(form)
  target.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (shown === null) return
    const data = new FormData(target)
    const variables = {
      ...{ alarm: shown.id, by: byId<'input'>('who').value || null },
      ...(data.has('text') ? { text: String(data.get('text')) } : {}),
      ...(data.has('minutes') ? { minutes: Number(data.get('minutes')) } : {}),
    }
    const text = `mutation ($alarm: ID!, $by: String${types}) {
      ${mutation}(alarm: $alarm, by: $by${args}) { id } }`
    const button = target.querySelector('button')
    if (button) button.disabled = true
    try {
      await request(text, variables)
      target.reset()
      setText(byId('problem'), '')
    } catch (error) {
      setText(byId('problem'), wordsOf(error))
    }
    if (button) button.disabled = false
  })
}

does('acknowledge', 'acknowledge', ', comment: $text', ', $text: String!')
does('shelve', 'shelve', ', reason: $text, minutes: $minutes', ', $text: String!, $minutes: Int!')
does('unshelve', 'unshelve', '', '')
does('take-out', 'takeOutOfService', ', reason: $text', ', $text: String!')
does('return', 'returnToService', '', '')
