import { ApiError, at, millisOf, request, serverNow } from './api.ts'
import { byId, element, setText } from './dom.ts'
import { showTime } from './format.ts'
import { openShell } from './shell.ts'
import { momentTyped, momentWords, whenMoved } from './time-cursor.ts'

interface Note {
  readonly id: string
  readonly time: string
  readonly point: string | null
  readonly alarm: string | null
  readonly text: string
  readonly by: string
}

/** A note that somebody else writes is seen within so long. */
const everyMs = 10_000
const shownNotes = 500
/** Beside a note's moment, on the plot that it leads to. */
const aroundMs = 1_800_000

const form = byId<'form'>('add-note')
const field = (name: string) =>
  form.elements.namedItem(name) as HTMLInputElement | HTMLTextAreaElement
let readAt = 0
let drawnZone = ''
let notes: readonly Note[] = []

const opened = openShell({ tick, silentMs: null })
// Before all is there, a form without a listener would send itself and be gone.
form.addEventListener('submit', (event) => {
  event.preventDefault()
  void opened.then(write)
})
const shell = await opened
const say = (words: string): void => setText(byId('said'), words)
byId('by-label').hidden = shell.session.mode !== 'off'
const given = new URLSearchParams(location.hash.slice(1))
for (const name of ['point', 'alarm']) field(name).value = given.get(name) ?? ''
field('time').value = (given.get('time') ?? '').replace('T', ' ')
if (at !== null && field('time').value === '') field('time').value = momentWords(Date.parse(at))

whenMoved(read)

async function write(): Promise<void> {
  const typed = field('time').value.trim()
  const moment = typed === '' || typed === 'now' ? null : momentTyped(typed, serverNow())
  if (moment === null && typed !== '' && typed !== 'now') {
    say('The moment is not understood; write 2026-11-21 03:00, 03:00 or -2h.')
    return
  }
  const mutation = `mutation ($text: String!, $time: DateTime, $point: ID, $alarm: ID, $by: String) {
    addNote(text: $text, time: $time, point: $point, alarm: $alarm, by: $by) { id } }`
  const [text, point, alarm, by] = ['text', 'point', 'alarm', 'by'].map(
    (name) => field(name).value.trim() || null,
  )
  const time = moment === null ? null : new Date(moment).toISOString()
  try {
    await request(mutation, { text, time, point, alarm, by })
    field('text').value = ''
    say('Written down, for all.')
    await read()
  } catch (error) {
    say(error instanceof ApiError ? error.message : 'The note could not be written.')
  }
}

async function remove({ id, text }: Note): Promise<void> {
  if (!confirm(`Remove the note “${text.slice(0, 60)}” for all?`)) return
  try {
    await request('mutation ($id: ID!) { removeNote(id: $id) }', { id })
    await read()
  } catch (error) {
    say(error instanceof ApiError ? error.message : 'The note could not be removed.')
  }
}

function tick(): void {
  if (shell.zone() !== drawnZone) draw()
  if (Date.now() - readAt >= everyMs && !document.hidden) void read()
}

/** At a past moment those that are about what was until then. */
async function read(): Promise<void> {
  readAt = Date.now()
  const query = `query ($to: DateTime, $first: Int) {
    notes(to: $to, first: $first) { id time point alarm text by } }`
  try {
    notes = (await request<{ notes: readonly Note[] }>(query, { to: at, first: shownNotes })).notes
    shell.report('')
    draw()
  } catch (error) {
    shell.report(error instanceof ApiError ? error.message : 'The notes could not be read.')
  }
}

function draw(): void {
  drawnZone = shell.zone()
  byId('none').hidden = notes.length > 0
  byId('notes').hidden = notes.length === 0
  const head = ['Time', 'About', 'Note', 'By', ''].map((name) =>
    name === '' ? element('td') : element('th', { scope: 'col' }, name),
  )
  byId('notes').replaceChildren(
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...notes.map(rowOf)),
  )
}

function rowOf(note: Note): HTMLElement {
  const { time, text, by } = note
  const button = element('button', { type: 'button' }, '×')
  button.setAttribute('aria-label', `Remove the note of ${by}, ${showTime(millisOf(time), 'utc')}`)
  button.addEventListener('click', () => void remove(note))
  const words = element('td', { class: 'words' }, text)
  const cells = [element('td', {}, showTime(millisOf(time), shell.zone())), aboutOf(note), words]
  return element('tr', {}, ...cells, element('td', {}, by), element('td', {}, button))
}

/** A way to the plot of then, or to the alarm. */
function aboutOf({ time, point, alarm }: Note): HTMLElement {
  const cell = element('td')
  const millis = millisOf(time)
  const [from, to] = [millis - aroundMs, millis + aroundMs].map((t) => new Date(t).toISOString())
  if (point !== null) cell.append(element('a', { href: `/#p=${point}&r=${from}..${to}` }, point))
  if (alarm !== null) {
    const href = `/alarms#q=${encodeURIComponent(alarm)}`
    cell.append(point === null ? '' : ', ', element('a', { href }, alarm))
  }
  return cell
}
