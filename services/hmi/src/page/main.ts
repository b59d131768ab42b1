import { ApiError, loadLatest, loadPoints, type Sample } from './api.ts'
import { byId, setText } from './dom.ts'
import { drawHeader } from './header.ts'
import { createLiveValues, createWatch } from './live-values.ts'
import {
  defaultView,
  formatHash,
  maxPlotted,
  parseHash,
  type Range,
  type View,
} from './permalink.ts'
import { boundsOf, navigatePlot, panned, zoomed } from './plot-navigate.ts'
import { createPlotView } from './plot-view.ts'
import { createPointTree, type PointTree } from './point-tree.ts'
import { createSearchIndex, search } from './search.ts'
import { createSocket, type Socket } from './socket.ts'
import { createTableView } from './table-view.ts'
import { setUpTheme } from './theme.ts'
import { createTreeView } from './tree-view.ts'

/** How often the qualities of all points are asked for; those on the screen are live. */
const surveyMs = 20_000
const maxBack = 50

let problem = ''
let onLink: () => void = () => undefined
const socket = createSocket(
  `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  () => onLink(),
)
const onTheme = setUpTheme()
await start(await fetchTree(socket), socket)

/** Tries until the points are there: a page opened before the server is ready comes up by itself. */
async function fetchTree(link: Socket): Promise<PointTree> {
  for (;;) {
    try {
      return createPointTree(
        await loadPoints((n) => setText(byId('table-title'), `Loading ${n} points …`)),
      )
    } catch (error) {
      const words = error instanceof ApiError ? error.message : 'The points could not be read.'
      problem = `${words} Trying again every 3 s. If it lasts, check that the HMI service runs.`
      drawHeader({
        link: link.state(),
        problem,
        points: 0,
        qualities: new Uint8Array(),
        newest: 0,
        zone: 'utc',
      })
      await new Promise((resolve) => setTimeout(resolve, 3000))
    }
  }
}

async function start(tree: PointTree, link: Socket): Promise<void> {
  problem = ''
  let view: View = parseHash(location.hash)
  let needsDraw = false
  const backRanges: Range[] = []
  const index = createSearchIndex(tree.points)

  const values = createLiveValues(tree, () => {
    if (needsDraw) return
    needsDraw = true
    requestAnimationFrame(() => {
      needsDraw = false
      table.refresh()
    })
  })
  const report = (words: string): void => {
    problem = words
    header()
  }
  const take = (samples: readonly Sample[]): void => {
    values.take(samples)
    plot.take(samples)
  }
  const watchParts = { socket: link, since: () => null, failed: report }
  const tableWatch = createWatch({ ...watchParts, take: values.take })
  const plotWatch = createWatch({ ...watchParts, take })

  const header = (): void =>
    drawHeader({
      link: link.state(),
      problem,
      points: tree.points.length,
      qualities: values.qualities,
      newest: values.newest(),
      zone: view.zone,
    })

  let settle: ReturnType<typeof setTimeout> | undefined
  const tableMoved = (): void => {
    clearTimeout(settle)
    settle = setTimeout(() => tableWatch.set(idsOf(table.wanted())), 120)
  }
  const idsOf = (places: readonly number[]): string[] =>
    places.map((place) => tree.points[place]?.id ?? '')

  const fetchValues = async (rows: Int32Array): Promise<void> => {
    try {
      values.take(await loadLatest(idsOf([...rows])))
      report('')
    } catch (error) {
      if (error instanceof ApiError)
        report(`${error.message} The order is that of the values known.`)
      else throw error
    }
  }

  const plotPoint = (id: string, mode: 'only' | 'toggle'): void => {
    const rest = view.plotted.filter((each) => each !== id)
    const isPlotted = rest.length < view.plotted.length
    if (mode === 'only') change({ plotted: [id] })
    else if (isPlotted) change({ plotted: rest })
    else if (rest.length < maxPlotted) change({ plotted: [...rest, id] })
    else setText(byId('plot-status'), `At most ${maxPlotted} points in one plot; remove one first.`)
  }

  const plot = createPlotView({
    remove: (id) => plotPoint(id, 'toggle'),
    zoomed: (range) => goTo(range, true),
    back: () => goBack(),
  })
  const table = createTableView({ tree, values, moved: tableMoved, plot: plotPoint, fetchValues })
  const treeView = createTreeView({
    tree,
    qualities: values.qualities,
    chosen: (node) =>
      change({ branch: node.children.length > 0 ? node.path : (node.parent?.path ?? '') }),
    plot: (node) => plotPoint(node.path, 'only'),
  })

  const goTo = (range: Range, begins: boolean): void => {
    if (begins) {
      backRanges.push(view.range)
      if (backRanges.length > maxBack) backRanges.shift()
    }
    change({ range })
  }
  const goBack = (): void => change({ range: backRanges.pop() ?? defaultView.range })

  /** The one place where what is shown changes: every part hears of what concerns it. */
  const change = (part: Partial<View>, isFirst = false): void => {
    const before = view
    view = { ...view, ...part }
    const differs = (key: keyof View): boolean => isFirst || before[key] !== view[key]
    if (differs('search') || differs('branch')) showRows(differs('search'))
    if (differs('zone')) {
      table.setZone(view.zone)
      plot.setZone(view.zone)
      setText(byId('zone'), view.zone === 'utc' ? 'UTC' : 'local')
    }
    if (differs('range')) {
      plot.setRange(view.range)
      drawButtons()
    }
    if (differs('plotted')) {
      const points = view.plotted.flatMap((id) => tree.points[tree.indexOf.get(id) ?? -1] ?? [])
      table.setPlotted(new Set(view.plotted))
      plotWatch.set(points.map(({ id }) => id))
      plot.setPoints(points)
    }
    const address = formatHash(view)
    if (address !== location.hash && !isFirst)
      history.replaceState(null, '', address === '' ? location.pathname : address)
    header()
  }

  const showRows = (searchChanged: boolean): void => {
    const query = view.search.trim()
    const begun = performance.now()
    const found = query === '' ? null : search(index, query)
    byId('search').dataset['ms'] = (performance.now() - begun).toFixed(1)
    if (searchChanged) treeView.filter(found)
    const node = tree.nodeOf(view.branch) ?? tree.root
    const all =
      found ?? Int32Array.from({ length: node.end - node.first }, (_, i) => node.first + i)
    const rows = found && view.branch ? found.filter((i) => i >= node.first && i < node.end) : all
    const within = node.path === '' ? 'all points' : node.path
    const words = found ? `${rows.length} found for “${query}”` : `${rows.length} points`
    table.show(rows, node.path === '' ? '' : `${node.path}/`, `${within}: ${words}`)
    setText(byId('search-count'), found ? `${found.length}` : '')
  }

  const drawButtons = (): void => {
    const { range } = view
    for (const button of document.querySelectorAll<HTMLElement>('[data-span]')) {
      const isOn = range.kind === 'live' && range.span === Number(button.dataset['span']) * 1000
      button.setAttribute('aria-pressed', String(isOn))
    }
    const isLive = range.kind === 'live'
    setText(byId('follow'), isLive ? '❚❚ Pause' : '▶ Live')
    byId('follow').setAttribute('aria-pressed', String(!isLive))
    byId<'button'>('back').disabled = backRanges.length === 0
  }

  const actions: Readonly<Record<string, () => void>> = {
    back: goBack,
    left: () => goTo(panned(view.range, -0.5), true),
    right: () => goTo(panned(view.range, 0.5), true),
    in: () => goTo(zoomed(view.range, 0.5, 0.5), true),
    out: () => goTo(zoomed(view.range, 2, 0.5), true),
    follow() {
      const { from, to } = boundsOf(view.range)
      if (view.range.kind === 'live') goTo({ kind: 'fixed', from, to }, true)
      else goTo({ kind: 'live', span: Math.max(1000, to - from) }, true)
    },
    zone: () => change({ zone: view.zone === 'utc' ? 'local' : 'utc' }),
    'clear-plot': () => change({ plotted: [] }),
    everything: () => {
      byId<'input'>('search').value = ''
      change({ branch: '', search: '' })
    },
  }
  for (const [id, action] of Object.entries(actions)) byId(id).addEventListener('click', action)
  for (const button of document.querySelectorAll<HTMLElement>('[data-span]')) {
    const span = Number(button.dataset['span']) * 1000
    button.addEventListener('click', () => goTo({ kind: 'live', span }, true))
  }
  navigatePlot(byId('plot'), { range: () => view.range, change: goTo, back: goBack })
  setUpSearch((query) => change({ search: query, branch: query === '' ? view.branch : '' }))
  addEventListener('hashchange', () => {
    const next = parseHash(location.hash)
    byId<'input'>('search').value = next.search
    change(next)
  })
  onTheme(() => plot.rebuild())

  let wasOpen = link.state().kind === 'open'
  onLink = () => {
    const isOpen = link.state().kind === 'open'
    // What was missed while it was away is in the history, so the plot gets no hole.
    if (isOpen && !wasOpen) {
      plot.reload()
      void survey()
    }
    wasOpen = isOpen
    header()
  }

  const survey = async (): Promise<void> => {
    if (document.hidden || link.state().kind !== 'open') return
    try {
      values.take(await loadLatest(tree.points.map(({ id }) => id)))
      report('')
      treeView.refresh()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      report(`${error.message} Counts of bad points may be old.`)
    }
  }

  byId<'input'>('search').value = view.search
  change({}, true)
  if (view.branch) treeView.select(view.branch)
  setInterval(() => {
    header()
    table.refresh()
    plot.tick()
  }, 1000)
  setInterval(() => void survey(), surveyMs)
  document.body.dataset['ready'] = performance.now().toFixed(0)
  await survey()
}

function setUpSearch(changed: (query: string) => void): void {
  const input = byId<'input'>('search')
  input.addEventListener('input', () => changed(input.value))
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && input.value !== '') {
      input.value = ''
      changed('')
      event.preventDefault()
    }
    if (event.key === 'ArrowDown') byId('tree').focus()
    if (event.key === 'Enter') byId('table').focus()
  })
  addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLInputElement
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    input.select()
  })
}
