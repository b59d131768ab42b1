import { ApiError, at, millisOf, serverNow } from './api.ts'
import { byId, element, focusOnSlash, setAttribute, setText } from './dom.ts'
import { showClock, showMillis } from './format.ts'
import { drawBars } from './logs-bars.ts'
import { showDetail } from './logs-detail.ts'
import { loadHistogram, loadRecords, pageSize, recordFields } from './logs-query.ts'
import {
  createLogStore,
  filterOf,
  formatLogHash,
  kindOf,
  type LogRecord,
  type LogView,
  parseLogHash,
  priorities,
} from './logs-store.ts'
import { openShell } from './shell.ts'
import { momentTyped, whenMoved } from './time-cursor.ts'
import { createVirtualList } from './virtual-list.ts'

const spanMs = 3_600_000
const barMs = 30_000
/** Bars are counted by the archive: seldom enough to cost nothing. */
const barsEveryMs = 15_000

const form = byId<'form'>('filter')
const input = (name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement
input('min').append(...priorities.map((one) => element('option', { value: one }, one)))

const store = createLogStore()
/** On a page turned to the past records end at that moment, unless an earlier one is asked for. */
const anchored = (wanted: LogView): LogView =>
  at !== null && wanted.to === '' ? { ...wanted, to: at.slice(0, 19) } : wanted
/** The page's own moment, by which records end unless an earlier one is asked for. */
let anchor = at?.slice(0, 19)
let view = anchored(parseLogHash(location.hash))
let isFollowing = view.to === ''
let cursor = -1
let after: string | null = null
let isComplete = false
let asked: AbortController | null = null
let stop: (() => void) | null = null
let barsAt = 0

const shell = await openShell({ tick, silentMs: null, reconnected: () => void search() })
const list = createVirtualList({
  viewport: byId('records'),
  createRow: () =>
    element(
      'div',
      { class: 'row', role: 'option' },
      element('span', { class: 'at' }),
      element('span', { class: 'priority' }, element('i', { class: 'mark' }), element('b')),
      element('span', { class: 'source' }),
      element('span', { class: 'host' }),
      element('span', { class: 'message' }),
    ),
  drawRow,
  moved: () => {
    if (list.range().end > store.records.length - pageSize / 2) void loadOlder()
    drawMore()
  },
})
whenMoved(playOn)
const viewport = byId('records')
viewport.tabIndex = 0
viewport.setAttribute('role', 'listbox')
viewport.setAttribute('aria-label', 'Log records, the newest first')
show(view)
void search()

/** The page stands still while somebody reads further down, or has paused it. */
const isStill = (): boolean => !isFollowing || viewport.scrollTop > 5

function drawRow(row: HTMLElement, index: number): void {
  const record = store.records[index]
  const [at, priority, source, host, message] = row.children
  if (!record || !at || !priority || !source || !host || !message) return
  const kind = kindOf(record.priority)
  row.id = `record-${index}`
  row.dataset['index'] = String(index)
  row.className = `row ${kind}${index === cursor ? ' cursor' : ''}`
  setAttribute(row, 'aria-selected', String(index === cursor))
  const millis = millisOf(record.time)
  const isNarrow = innerWidth <= 760
  setText(at, isNarrow ? showClock(millis, shell.zone()) : showMillis(millis, shell.zone()))
  setAttribute(priority.children[0] ?? priority, 'class', `mark ${kind}`)
  setText(priority.children[1] ?? priority, record.priority)
  setText(source, record.process ? `${record.source} ${record.process}` : record.source)
  setText(host, record.host ?? '')
  setText(message, record.message.split('\n', 1)[0] ?? '')
}

function draw(): void {
  list.setCount(store.records.length)
  drawMore()
}

function drawMore(): void {
  const more = byId<'button'>('more')
  const { waiting, records } = store
  more.hidden = waiting === 0
  setText(more, `▲ ${waiting} new`)
  const count = `${records.length} records${isComplete ? ', all there are' : ''}`
  setText(byId('status'), asked ? `${count}, loading …` : count)
}

/** Begins anew with what the view asks for. */
async function search(): Promise<void> {
  asked?.abort()
  asked = null
  stop?.()
  stop = null
  store.clear()
  cursor = -1
  after = null
  isComplete = false
  barsAt = 0
  draw()
  list.toTop()
  await loadOlder()
  if (view.to === '') follow()
  tick()
}

/** The records up to the moment that the page has played on to; one that was asked for stays. */
async function playOn(): Promise<void> {
  if (at === null || view.to !== anchor || asked) return
  anchor = at.slice(0, 19)
  view = { ...view, to: anchor }
  const page = await loadRecords(view, null, AbortSignal.timeout(10_000))
  store.clear()
  store.older(page.edges.map(({ node }) => node))
  after = page.pageInfo.endCursor ?? null
  isComplete = !page.pageInfo.hasNextPage
  barsAt = 0
  show(view)
  draw()
  tick()
}

async function loadOlder(): Promise<void> {
  if (asked || isComplete) return
  const current = new AbortController()
  asked = current
  drawMore()
  try {
    const logs = await loadRecords(view, after, current.signal)
    store.older(logs.edges.map(({ node }) => node))
    after = logs.pageInfo.endCursor ?? after
    isComplete = !logs.pageInfo.hasNextPage
    const newest = store.records[0]
    if (newest) shell.heard(Math.min(millisOf(newest.time), serverNow()))
    shell.report('')
  } catch (error) {
    if (current.signal.aborted) return
    shell.report(error instanceof ApiError ? error.message : 'The records could not be read.')
  }
  if (asked === current) asked = null
  draw()
}

function follow(): void {
  const since = store.records[0]?.time ?? new Date(serverNow() - 60_000).toISOString()
  stop = shell.link.subscribe({
    query: `subscription ($filter: LogFilter, $since: DateTime) {
      logs(filter: $filter, since: $since) { ${recordFields} } }`,
    variables: { filter: filterOf(view), since },
    next(data) {
      const records = data['logs'] as readonly LogRecord[]
      if (records.length === 0) return
      store.arrived(records, isStill())
      shell.heard(Math.min(millisOf(records.at(-1)?.time ?? ''), serverNow()))
      draw()
    },
    failed: shell.report,
  })
}

function tick(): void {
  list.refresh()
  if (Date.now() - barsAt < barsEveryMs || document.hidden) return
  if (view.to !== '' && barsAt > 0) return
  barsAt = Date.now()
  void loadBars()
}

async function loadBars(): Promise<void> {
  const to = view.to === '' ? serverNow() : Date.parse(`${view.to}Z`)
  const from = to - spanMs
  try {
    const logHistogram = await loadHistogram(view, { from, to, every: barMs })
    drawBars(logHistogram, { from, to, every: barMs }, shell.zone(), jumpTo)
  } catch (error) {
    setText(byId('bars-words'), error instanceof ApiError ? error.message : 'No counts.')
  }
}

const jumpTo = (millis: number): void =>
  change({ ...view, to: new Date(millis).toISOString().slice(0, 19) })

/** The one place where what is asked for changes. */
function change(next: LogView): void {
  view = anchored(next)
  const address = formatLogHash(view)
  if (address !== location.hash)
    history.replaceState(null, '', address || location.pathname + location.search)
  isFollowing = view.to === ''
  show(view)
  void search()
}

/** Writes the view into the form, the button and the links. */
function show({ min, text, regex, source, host, to }: LogView): void {
  for (const [name, value] of Object.entries({
    min,
    text,
    source,
    host,
    to: to.replace('T', ' '),
  })) {
    input(name).value = value
  }
  input('regex').checked = regex
  const button = byId<'button'>('follow')
  setText(button, to !== '' ? '▶ Live' : isFollowing ? '❚❚ Pause' : '▶ Go on')
  setAttribute(button, 'aria-pressed', String(isFollowing))
  const query = new URLSearchParams({ filter: JSON.stringify(filterOf(view)), order: 'newest' })
  if (to !== '') query.set('to', `${to}Z`)
  for (const format of ['csv', 'ndjson']) {
    byId<'a'>(`export-${format}`).href = `/logs/export?format=${format}&${query}`
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  const [min, text, source, host] = ['min', 'text', 'source', 'host'].map((n) => input(n).value)
  const typed = input('to').value
  const moment = typed.trim() === '' ? null : momentTyped(typed, serverNow())
  const to = moment === null ? '' : new Date(moment).toISOString().slice(0, 19)
  change({
    ...{ min: min ?? 'INFO', text: text ?? '', source: source ?? '', host: host ?? '' },
    ...{ regex: input('regex').checked, to },
  })
})
input('min').addEventListener('change', () => form.requestSubmit())
byId('follow').addEventListener('click', () => {
  if (view.to !== '') change({ ...view, to: '' })
  else {
    isFollowing = !isFollowing
    if (isFollowing) release()
    show(view)
  }
})
byId('more').addEventListener('click', release)

function release(): void {
  store.release()
  draw()
  list.toTop()
}

function choose(index: number): void {
  const record = store.records[index]
  if (!record) return
  cursor = index
  isFollowing = false
  show(view)
  setAttribute(viewport, 'aria-activedescendant', `record-${index}`)
  list.reveal(index)
}

function open(index: number): void {
  choose(index)
  const record = store.records[index]
  if (record) void showDetail(record.id, (time) => jumpTo(Math.ceil(millisOf(time) + 1000)))
}

viewport.addEventListener('click', (event) => {
  const row = (event.target as Element).closest<HTMLElement>('.row')
  if (row) open(Number(row.dataset['index']))
})
viewport.addEventListener('keydown', (event) => {
  const page = Math.max(1, list.range().end - list.range().first - 1)
  const steps: Readonly<Record<string, number>> = {
    ...{ ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page },
    ...{ Home: -store.records.length, End: store.records.length },
  }
  const step = steps[event.key]
  if (event.key === 'Enter') open(cursor)
  else if (step !== undefined) {
    choose(Math.max(0, Math.min(store.records.length - 1, cursor + step)))
  } else return
  event.preventDefault()
})
focusOnSlash(input('text'))
addEventListener('hashchange', () => change(parseLogHash(location.hash)))
