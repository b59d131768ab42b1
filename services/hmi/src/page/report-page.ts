import { ApiError, millisOf, request, serverNow } from './api.ts'
import { byId, element, setText } from './dom.ts'
import { showTime } from './format.ts'
import { openShell } from './shell.ts'
import { momentTyped, momentWords } from './time-cursor.ts'

/** A night, where the address names no other. */
const nightMs = 12 * 3_600_000

const query = `query ($from: DateTime!, $to: DateTime!) {
  alarmFigures(from: $from, to: $to) { annunciated perTenMinutes mostInTenMinutes
    mostFrequent { alarm count } floods { count } acknowledged { count median } }
  downtime(from: $from, to: $to) { seconds causes { alarm priority count seconds longestSeconds } }
  dataQuality(from: $from, to: $to) { systems { system points good uncertain bad missing } }
  actions: logs(filter: { sources: ["mla/actions"] }, from: $from, to: $to, first: 500, order: OLDEST) {
    edges { node { time message } } }
  notes(from: $from, to: $to, first: 500) { time point alarm text by } }`

interface Cause {
  readonly alarm: string
  readonly priority: string
  readonly count: number
  readonly seconds: number
  readonly longestSeconds: number
}
interface SystemQuality {
  readonly system: string
  readonly points: number
  readonly good: number
  readonly uncertain: number
  readonly bad: number
  readonly missing: number
}
interface Note {
  readonly time: string
  readonly point: string | null
  readonly alarm: string | null
  readonly text: string
  readonly by: string
}
interface Report {
  readonly alarmFigures: {
    readonly annunciated: number
    readonly perTenMinutes: number
    readonly mostInTenMinutes: number
    readonly mostFrequent: readonly { readonly alarm: string; readonly count: number }[]
    readonly floods: readonly unknown[]
    readonly acknowledged: { readonly count: number; readonly median: number | null }
  }
  readonly downtime: { readonly seconds: number; readonly causes: readonly Cause[] }
  readonly dataQuality: { readonly systems: readonly SystemQuality[] }
  readonly actions: {
    readonly edges: readonly {
      readonly node: { readonly time: string; readonly message: string }
    }[]
  }
  readonly notes: readonly Note[]
}

interface Range {
  readonly from: number
  readonly to: number
}

// The keyboard scrolls what it can reach.
for (const part of document.querySelectorAll<HTMLElement>('.wide')) part.tabIndex = 0
const form = byId<'form'>('which')
const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement
let asked = 0

const shell = await openShell({ tick: () => {}, silentMs: null })
form.addEventListener('submit', (event) => {
  event.preventDefault()
  const [from, to] = ['from', 'to'].map((name) => {
    const typed = field(name).value.trim()
    return typed === '' ? serverNow() : momentTyped(typed, serverNow())
  })
  if (from == null || to == null || from >= to) {
    setText(byId('said'), 'From must be before to; write 2026-11-21 03:00, 03:00 or -12h.')
    return
  }
  const fields = new URLSearchParams({ from: momentWords(from), to: momentWords(to) })
  location.hash = String(fields)
})
byId('print').addEventListener('click', () => print())
addEventListener('hashchange', () => void show())
void show()

function rangeOf(hash: string): Range {
  const fields = new URLSearchParams(hash.slice(1))
  const [from, to] = ['from', 'to'].map((name) => momentTyped(fields.get(name) ?? '', serverNow()))
  const end = to ?? serverNow()
  return { from: from ?? end - nightMs, to: end }
}

async function show(): Promise<void> {
  const own = ++asked
  const { from, to } = rangeOf(location.hash)
  field('from').value = momentWords(from)
  field('to').value = momentWords(to)
  setText(byId('said'), 'Reading …')
  try {
    const times = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
    const report = await request<Report>(query, times)
    if (own !== asked) return
    fill(report, { from, to })
    setText(byId('said'), '')
    shell.report('')
  } catch (error) {
    setText(byId('said'), error instanceof ApiError ? error.message : 'It could not be read.')
  }
}

const minutes = (seconds: number): string => `${(seconds / 60).toFixed(1)} min`
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`
const clock = (time: string): string => showTime(millisOf(time), 'utc')

function fill(report: Report, { from, to }: Range): void {
  const { alarmFigures: alarms, downtime, dataQuality, actions, notes } = report
  setText(byId('title'), `Night report, ${momentWords(from)} to ${momentWords(to)} UTC`)
  const { count, median } = alarms.acknowledged
  const half = median === null ? '' : `, half of them within ${minutes(median)}`
  const rate = `${alarms.perTenMinutes.toFixed(2)} in ten minutes, at most ${alarms.mostInTenMinutes}`
  const floods = `${alarms.floods.length} floods`
  setText(
    byId('whole'),
    `Operators were called ${alarms.annunciated} times: ${rate}; ${floods}. ${count} acknowledged${half}.`,
  )
  setText(
    byId('downtime'),
    `An alarm of priority HIGH or CRITICAL was set for ${minutes(downtime.seconds)}.`,
  )
  table(
    'alarms',
    ['Alarm', '#Times'],
    alarms.mostFrequent.map((one) => [one.alarm, `${one.count}`]),
  )
  table(
    'causes',
    ['Alarm', 'Priority', '#Times', '#In all', '#Longest'],
    downtime.causes.map((one) => [
      ...[one.alarm, one.priority, `${one.count}`],
      ...[minutes(one.seconds), minutes(one.longestSeconds)],
    ]),
  )
  table(
    'quality',
    ['System', '#Points', '#Good', '#Uncertain', '#Bad', '#Missing'],
    dataQuality.systems.map((one) => [
      ...[one.system, `${one.points}`],
      ...[one.good, one.uncertain, one.bad, one.missing].map(percent),
    ]),
  )
  table(
    'actions',
    ['Time', 'Action'],
    actions.edges.map(({ node }) => [clock(node.time), node.message]),
  )
  table(
    'notes',
    ['Time', 'About', 'Note', 'By'],
    [...notes].reverse().map(({ time, point, alarm, text, by }) => {
      return [clock(time), [point, alarm].filter(Boolean).join(', '), text, by]
    }),
  )
}

/** A column of numbers has # before its title. */
function table(id: string, titles: readonly string[], rows: readonly (readonly string[])[]): void {
  const kinds = titles.map((title) => (title.startsWith('#') ? 'number' : 'words'))
  const head = titles.map((title, i) =>
    element('th', { scope: 'col', class: kinds[i] ?? '' }, title.replace('#', '')),
  )
  const body = rows.map((cells) =>
    element('tr', {}, ...cells.map((cell, i) => element('td', { class: kinds[i] ?? '' }, cell))),
  )
  const none = element('tr', {}, element('td', { colspan: String(titles.length) }, 'None.'))
  byId(id).replaceChildren(
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...(body.length > 0 ? body : [none])),
  )
}
