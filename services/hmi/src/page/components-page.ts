import { ApiError, at, millisOf, request, serverNow } from './api.ts'
import { byId, element, setText } from './dom.ts'
import { showAge } from './format.ts'
import { openShell } from './shell.ts'

interface Component {
  readonly id: string
  readonly name: string
  readonly subsystem: string
  readonly host: string
  readonly version: string
  readonly state: string
  readonly reason: string | null
  readonly since: string
  readonly lastHeartbeat: string
  readonly configuration: string | null
  readonly configurationProblem: string | null
  readonly isWanted: boolean
  readonly figures: Readonly<Record<string, number>> | null
}

const fields = `id name subsystem host version state reason since lastHeartbeat configuration
  configurationProblem isWanted figures`

/** A sign for each state beside its word: ● works, ▲ works in part, ■ does not, ○ shall not. */
const signs: Readonly<Record<string, readonly [sign: string, kind: '' | 'uncertain' | 'bad']>> = {
  ONLINE: ['●', ''],
  STANDBY: ['○', ''],
  STARTING: ['◐', ''],
  INITIALISING: ['◐', ''],
  STOPPING: ['◑', ''],
  DEGRADED: ['▲', 'uncertain'],
  FAULT: ['■', 'bad'],
  LOST: ['□', 'bad'],
}

const known = new Map<string, Component>()
/** What was received at the heartbeat before, for the rate of each. */
const before = new Map<string, { readonly time: number; readonly received: number }>()
const rates = new Map<string, number>()

const titles = [
  ...['Component', 'State', 'Wanted', 'For', 'Heard', 'Records/s', 'Lag', 'CPU', 'Memory'],
  ...['Version', 'Configuration', 'Remarks', 'Commands'],
]
const numbers = new Set(['For', 'Heard', 'Records/s', 'Lag', 'CPU', 'Memory'])

/** Rows are kept from one drawing to the next, so that a button keeps the keyboard's focus. */
const rows = new Map<string, HTMLTableRowElement>()
let drawnKeys = ''

const shell = await openShell({ tick: draw, silentMs: 15_000 })
const { me } = await request<{ me: { may: readonly string[] } }>('{ me { may } }', {})
/** Nothing can be told to the past. */
const mayCommand = me.may.includes('command') && at === null

shell.follow<readonly Component[]>('components', fields, (some) => {
  for (const one of some) {
    noteRate(one)
    known.set(one.id, one)
    shell.heard(millisOf(one.lastHeartbeat))
  }
  forgetReplaced()
  draw()
})

/** A container's successor has another name: what fell silent before it came is no longer missed. */
function forgetReplaced(): void {
  for (const one of known.values()) {
    const heard = millisOf(one.lastHeartbeat)
    const isReplaced = [...known.values()].some(
      ({ id, name, since }) => name === one.name && id !== one.id && millisOf(since) > heard,
    )
    if (isReplaced) known.delete(one.id)
  }
}

function noteRate({ id, lastHeartbeat, figures }: Component): void {
  const received = figures?.['received']
  if (received === undefined) return
  const time = millisOf(lastHeartbeat)
  const last = before.get(id)
  if (last && time > last.time && received >= last.received) {
    rates.set(id, ((received - last.received) * 1000) / (time - last.time))
  }
  before.set(id, { time, received })
}

function draw(): void {
  const all = [...known.values()].sort((a, b) =>
    `${a.subsystem} ${a.id}` < `${b.subsystem} ${b.id}` ? -1 : 1,
  )
  const keys = all.map(({ id }) => id).join()
  if (keys !== drawnKeys) build(all)
  drawnKeys = keys
  for (const one of all) fill(one)
  const wrong = all.filter((one) => problemOf(one) !== '')
  const words = wrong.length === 0 ? 'all as wanted' : `${wrong.length} not as wanted`
  if (all.length > 0) setText(byId('summary'), `${all.length} components, ${words}`)
}

function build(all: readonly Component[]): void {
  const head = titles.map((title) =>
    element('th', { scope: 'col', class: numbers.has(title) ? 'number' : '' }, title),
  )
  const parts: HTMLElement[] = [element('thead', {}, element('tr', {}, ...head))]
  for (const subsystem of new Set(all.map((one) => one.subsystem))) {
    const title = element(
      'th',
      { scope: 'rowgroup', colspan: String(titles.length) },
      `${subsystem} `,
      ...(subsystem === 'hmi' ? [] : buttonsOf(subsystem, ['START', 'STOP', 'RESTART'])),
    )
    const own = all.filter((one) => one.subsystem === subsystem).map(rowOf)
    parts.push(element('tbody', {}, element('tr', {}, title), ...own))
  }
  byId('components').replaceChildren(...parts)
}

function rowOf({ id, name }: Component): HTMLTableRowElement {
  const kept = rows.get(id)
  if (kept) return kept
  const cells = titles.map((title) =>
    element('td', { class: numbers.has(title) ? 'number' : title === 'Remarks' ? 'about' : '' }),
  )
  const canStop = name !== 'hmi' && !name.endsWith('-manager')
  cells.at(-1)?.append(...buttonsOf(id, canStop ? ['START', 'STOP', 'RESTART'] : []))
  const row = element('tr', {}, ...cells)
  rows.set(id, row)
  return row
}

function fill(one: Component): void {
  const [sign, kind] = signs[one.state] ?? ['?', 'uncertain']
  const { figures } = one
  const amount = (name: string, show: (value: number) => string): string => {
    const value = figures?.[name]
    return typeof value === 'number' ? show(value) : ''
  }
  const rate = rates.get(one.id)
  const texts = [
    one.id,
    `${sign} ${one.state}`,
    one.isWanted ? 'ONLINE' : 'STANDBY',
    showAge(serverNow() - millisOf(one.since)),
    showAge(serverNow() - millisOf(one.lastHeartbeat)),
    rate === undefined ? '' : String(Math.round(rate)),
    amount('lag', String),
    amount('cpuPercent', (value) => `${value.toFixed(1)} %`),
    amount('memoryBytes', (value) => `${Math.round(value / 2 ** 20)} MB`),
    one.version,
    one.configuration?.slice(0, 12) ?? '',
    problemOf(one),
  ]
  const cells = rows.get(one.id)?.cells
  texts.forEach((text, i) => {
    const cell = cells?.[i]
    if (cell) setText(cell, text)
  })
  const state = cells?.[1]
  if (state) state.className = `state ${kind}`
}

/** What an operator should know of it, in words; empty where it is as wanted. */
function problemOf(one: Component): string {
  const { state, reason, isWanted, configurationProblem } = one
  const words: string[] = []
  if (reason) words.push(reason)
  if (isWanted && state === 'STANDBY') words.push('it is wanted ONLINE')
  if (!isWanted && state === 'ONLINE') words.push('it is wanted in STANDBY')
  if (configurationProblem) words.push(`it refuses the configuration: ${configurationProblem}`)
  if (words.length === 0 && (signs[state]?.[1] ?? 'bad') !== '') words.push(state)
  return words.join('; ')
}

function buttonsOf(target: string, commands: readonly string[]): HTMLButtonElement[] {
  return commands.map((command) => {
    const word = command.toLowerCase()
    const button = element(
      'button',
      { type: 'button', 'aria-label': `${word} ${target}` },
      word.charAt(0).toUpperCase() + word.slice(1),
    )
    button.disabled = !mayCommand
    if (!mayCommand) button.title = at ? 'This is the past' : 'Your role may look, but not command'
    button.addEventListener('click', () => {
      const isHarmless = command === 'START'
      if (isHarmless || confirm(`${command} ${target}?`)) void tell(target, command, button)
    })
    return button
  })
}

async function tell(component: string, command: string, button: HTMLButtonElement): Promise<void> {
  const said = byId('said')
  button.disabled = true
  setText(said, `${command} ${component} …`)
  said.classList.remove('problem')
  try {
    const mutation = `mutation ($component: ID!, $command: Command!) {
      command(component: $component, command: $command) { accepted message } }`
    const { command: reply } = await request<{
      command: { readonly accepted: boolean; readonly message: string | null }
    }>(mutation, { component, command })
    const word = reply.accepted ? 'accepted' : 'refused'
    setText(said, `${command} ${component}: ${word}${reply.message ? `, ${reply.message}` : ''}`)
    said.classList.toggle('problem', !reply.accepted)
  } catch (error) {
    setText(said, error instanceof ApiError ? error.message : 'The command could not be given.')
    said.classList.add('problem')
  }
  button.disabled = false
}
