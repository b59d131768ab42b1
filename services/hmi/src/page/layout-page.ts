import { ApiError, loadNamed, millisOf, type Point, type Sample, serverNow } from './api.ts'
import { byId, element, setText } from './dom.ts'
import { createFrames } from './frames.ts'
import { setUpPaneForm } from './layout-form.ts'
import { setUpSavedLayouts } from './layout-saved.ts'
import { formatLayout, type Layout, mostPanes, type PaneSpec, parseLayout } from './layout-spec.ts'
import { createWatch } from './live-values.ts'
import type { Pane } from './pane.ts'
import { createPaneFrame } from './pane-frame.ts'
import { defaultView, type Range } from './permalink.ts'
import { setUpPlotButtons } from './plot-buttons.ts'
import { boundsOf } from './plot-navigate.ts'
import { openShell } from './shell.ts'
import { whenMoved } from './time-cursor.ts'
import { rangeWords } from './wording.ts'

/** Ranges that "back" remembers. */
const maxBack = 50
/** Of the 16 ms of a frame: the browser paints in the rest, which takes longer than drawing. */
const budgetMs = 2
const retryMs = 3_000

interface Shown {
  readonly element: HTMLElement
  readonly pane: Pane
}

const frames = createFrames({
  request: (frame) => requestAnimationFrame(frame),
  nowMs: () => performance.now(),
  budgetMs,
})
const backRanges: Range[] = []
const panes = new Map<PaneSpec, Shown>()
const points = new Map<string, Point>()
let layout: Layout = { ...parseLayout(location.hash), panes: [] }
let asked = 0

const shell = await openShell({
  tick,
  silentMs: null,
  reconnected: () => each((pane) => pane.reload?.()),
})
const watch = createWatch({
  socket: shell.link,
  take(samples: readonly Sample[]) {
    for (const { time } of samples) shell.heard(Math.min(millisOf(time), serverNow()))
    each((pane) => pane.take?.(samples))
  },
  failed: shell.report,
})
whenMoved(async () => {
  await Promise.all([...panes.values()].map(({ pane }) => pane.moved?.()))
})
const say = (words: string): void => setText(byId('said'), words)
const createFrame = createPaneFrame({
  ...{ shell, frames, points, goTo, back },
  range: () => layout.range,
  zone: () => layout.zone,
  replace,
  move,
  edit: (spec) => form.open(spec),
})
const form = setUpPaneForm({
  say,
  done(pane, replaced) {
    if (replaced) replace(replaced, pane)
    else if (layout.panes.length < mostPanes) change({ panes: [...layout.panes, pane] })
    else say(`At most ${mostPanes} panes; remove one first.`)
  },
})
const showSaved = setUpSavedLayouts({
  addressOf: (name) => formatLayout({ ...layout, name }),
  say,
})
const drawButtons = setUpPlotButtons({
  ...{ range: () => layout.range, goTo, back, canGoBack: () => backRanges.length > 0 },
})
byId('add-pane').addEventListener('click', () => form.open(null))
addEventListener('hashchange', () => {
  if (location.hash !== formatLayout(layout)) void change(parseLayout(location.hash))
})
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour)
byId('theme').addEventListener('click', recolour)
void change(parseLayout(location.hash))

function recolour(): void {
  each((pane) => pane.recolour?.())
}

function each(act: (pane: Pane) => void): void {
  for (const { pane } of panes.values()) act(pane)
}

function tick(): void {
  if (shell.zone() !== layout.zone) change({ zone: shell.zone() })
  drawRange()
  each((pane) => pane.tick?.())
}

function drawRange(): void {
  const { from, to } = boundsOf(layout.range)
  setText(byId('range-words'), rangeWords(layout.range, from, to, layout.zone))
}

function goTo(range: Range, begins: boolean): void {
  if (begins) backRanges.push(layout.range)
  if (backRanges.length > maxBack) backRanges.shift()
  change({ range })
}

function back(): void {
  change({ range: backRanges.pop() ?? defaultView.range })
}

/** `next` null removes it. */
function replace(spec: PaneSpec, next: PaneSpec | null): void {
  change({ panes: layout.panes.flatMap((one) => (one !== spec ? one : (next ?? []))) })
}

function move(spec: PaneSpec, by: number): void {
  const others = layout.panes.filter((one) => one !== spec)
  const place = Math.max(0, Math.min(others.length, layout.panes.indexOf(spec) + by))
  change({ panes: others.toSpliced(place, 0, spec) })
}

/** The one place where what is shown changes. */
function change(part: Partial<Layout>): void {
  const before = layout
  layout = { ...layout, ...part }
  const address = formatLayout(layout)
  if (address !== location.hash) {
    history.replaceState(null, '', address || location.pathname + location.search)
  }
  if (before.zone !== layout.zone) each((pane) => pane.setZone?.(layout.zone))
  if (before.range !== layout.range) each((pane) => pane.setRange?.(layout.range))
  if (before.panes !== layout.panes) void showPanes()
  showSaved(layout.name)
  drawButtons()
  drawRange()
}

/** Reads the points that are not known yet, then makes and removes what differs. */
async function showPanes(): Promise<void> {
  const own = ++asked
  byId('no-panes').hidden = layout.panes.length > 0
  const wanted = layout.panes.filter(isOfPoints).flatMap(({ items }) => items)
  const unknown = wanted.filter((id) => !points.has(id))
  try {
    for (const point of await loadNamed(unknown)) points.set(point.id, point)
  } catch (error) {
    shell.report(error instanceof ApiError ? error.message : 'The points could not be read.')
    setTimeout(() => own === asked && void showPanes(), retryMs)
    return
  }
  if (own !== asked) return
  const missing = wanted.find((id) => !points.has(id))
  say(missing === undefined ? '' : `There is no point ${missing}.`)
  for (const [spec, { element: shown, pane }] of panes) {
    if (layout.panes.includes(spec)) continue
    pane.close?.()
    shown.remove()
    panes.delete(spec)
  }
  layout.panes.forEach((spec, i) => {
    const known = panes.get(spec)
    const shown = known?.element ?? element('div')
    const host = byId('panes')
    if (host.children[i] !== shown) host.insertBefore(shown, host.children[i] ?? null)
    if (!known) panes.set(spec, { element: shown, pane: createFrame(spec, shown) })
  })
  watch.set([...new Set(wanted)].filter((id) => points.has(id)))
}

function isOfPoints({ kind }: PaneSpec): boolean {
  return kind === 'plot' || kind === 'table' || kind === 'gauge'
}
