import { ApiError, loadLatest, type Sample } from './api.ts'
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
import { setUpPlotButtons } from './plot-buttons.ts'
import { setUpPlotExport } from './plot-export.ts'
import { navigatePlot } from './plot-navigate.ts'
import { createPlotView } from './plot-view.ts'
import type { PointTree } from './point-tree.ts'
import { createSearchIndex, search } from './search.ts'
import { setUpSearchBox } from './search-box.ts'
import type { LinkState, Socket } from './socket.ts'
import { createSurvey } from './survey.ts'
import { createTableView } from './table-view.ts'
import { whenMoved } from './time-cursor.ts'
import { createTreeView } from './tree-view.ts'
import { createTrends } from './trends.ts'
import { rowsWords } from './wording.ts'

/** Ranges that "back" remembers. */
const maxBack = 50
/** A table that stops scrolling for so long subscribes to what is on the screen. */
const settleMs = 120

export interface Workplace {
  readonly linkChanged: (state: LinkState) => void
  readonly coloursChanged: () => void
}

/** Joins tree, table and plot: what is shown is one `View`, which changes only in `change`. */
export function startWorkplace(tree: PointTree, link: Socket): Workplace {
  let view: View = parseHash(location.hash)
  let problem = ''
  let needsDraw = false
  const backRanges: Range[] = []
  const index = createSearchIndex(tree.points)
  const idsOf = (places: Iterable<number>): string[] =>
    [...places].map((place) => tree.points[place]?.id ?? '')

  const values = createLiveValues(tree, () => {
    if (needsDraw) return
    needsDraw = true
    requestAnimationFrame(() => {
      needsDraw = false
      table.refresh()
    })
  })

  const header = (): void =>
    drawHeader({
      link: link.state(),
      problem,
      points: tree.points.length,
      qualities: values.qualities,
      newest: values.newest(),
      zone: view.zone,
    })
  const report = (words: string): void => {
    problem = words
    header()
  }

  const takePlotted = (samples: readonly Sample[]): void => {
    values.take(samples)
    plot.take(samples)
  }
  const trends = createTrends({ tree, changed: () => table.refresh(), failed: report })
  const takeShown = (samples: readonly Sample[]): void => {
    trends.take(samples)
    values.take(samples)
  }
  const tableWatch = createWatch({ socket: link, take: takeShown, failed: report })
  const plotWatch = createWatch({ socket: link, take: takePlotted, failed: report })

  let settle: ReturnType<typeof setTimeout> | undefined
  const watchTable = (): void => {
    clearTimeout(settle)
    settle = setTimeout(() => {
      const places = table.wanted()
      tableWatch.set(idsOf(places))
      trends.want(places)
    }, settleMs)
  }

  const fetchValues = async (rows: Int32Array): Promise<void> => {
    try {
      values.take(await loadLatest(idsOf(rows)))
      report('')
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      report(`${error.message} The order is that of the values known here.`)
    }
  }

  const plotPoint = (id: string, mode: 'only' | 'toggle'): void => {
    const rest = view.plotted.filter((each) => each !== id)
    const isPlotted = rest.length < view.plotted.length
    if (mode === 'only') {
      change({ plotted: [id] })
      // On a telephone the plot is on another part of the page.
      document.body.dataset['pane'] = 'plot'
      return
    }
    if (isPlotted) change({ plotted: rest })
    else if (rest.length < maxPlotted) change({ plotted: [...rest, id] })
    else setText(byId('plot-status'), `At most ${maxPlotted} points in one plot; remove one first.`)
  }

  const goTo = (range: Range, begins: boolean): void => {
    if (begins) backRanges.push(view.range)
    if (backRanges.length > maxBack) backRanges.shift()
    change({ range })
  }
  const goBack = (): void => change({ range: backRanges.pop() ?? defaultView.range })

  const plot = createPlotView({
    places: {
      ...{ host: byId('plot'), status: byId('plot-status'), range: byId('plot-range') },
      ...{ cursor: byId('plot-cursor'), legend: byId('legend') },
    },
    remove: (id) => plotPoint(id, 'toggle'),
    zoomed: (range) => goTo(range, true),
    back: goBack,
    isLive: () => link.state().kind === 'open',
  })
  const table = createTableView({
    tree,
    values,
    trends,
    moved: watchTable,
    plot: plotPoint,
    fetchValues,
  })
  const treeView = createTreeView({
    tree,
    qualities: values.qualities,
    chosen: (node) =>
      change({ branch: node.children.length > 0 ? node.path : (node.parent?.path ?? '') }),
    plot: (node) => plotPoint(node.path, 'only'),
  })
  const drawButtons = setUpPlotButtons({
    range: () => view.range,
    goTo,
    back: goBack,
    canGoBack: () => backRanges.length > 0,
  })

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
    if (differs('plotted')) showPlotted()
    const address = formatHash(view)
    if (!isFirst && address !== location.hash)
      history.replaceState(null, '', address === '' ? location.pathname + location.search : address)
    header()
  }

  const showPlotted = (): void => {
    const points = view.plotted.flatMap((id) => tree.points[tree.indexOf.get(id) ?? -1] ?? [])
    table.setPlotted(new Set(view.plotted))
    plotWatch.set(points.map(({ id }) => id))
    plot.setPoints(points)
    const unknown = view.plotted.find((id) => !tree.indexOf.has(id))
    if (unknown) report(`The link names a point that is not configured: ${unknown}`)
  }

  const showRows = (searchChanged: boolean): void => {
    const query = view.search.trim()
    const node = tree.nodeOf(view.branch) ?? tree.root
    const isWithin = (i: number): boolean => i >= node.first && i < node.end
    const begun = performance.now()
    const found = query === '' ? null : search(index, query)
    if (searchChanged) treeView.filter(found)
    const rows =
      found?.filter(isWithin) ??
      Int32Array.from({ length: node.end - node.first }, (_, i) => node.first + i)
    const prefix = node.path === '' ? '' : `${node.path}/`
    table.show(rows, prefix, rowsWords(node.path, rows.length, found && query))
    setText(byId('search-count'), found ? `${found.length}` : '')
    byId('search').dataset['ms'] = (performance.now() - begun).toFixed(1)
  }

  const survey = createSurvey({
    ids: idsOf(tree.points.keys()),
    link,
    report,
    note(samples) {
      values.note(samples)
      treeView.refresh()
    },
  })

  byId('zone').addEventListener('click', () =>
    change({ zone: view.zone === 'utc' ? 'local' : 'utc' }),
  )
  byId('clear-plot').addEventListener('click', () => change({ plotted: [] }))
  byId('everything').addEventListener('click', () => {
    byId<'input'>('search').value = ''
    change({ branch: '', search: '' })
    treeView.select('')
  })
  setUpPlotExport(() => view)
  navigatePlot(byId('plot'), { range: () => view.range, change: goTo, back: goBack })
  setUpSearchBox((query) => change({ search: query, branch: query === '' ? view.branch : '' }))
  addEventListener('hashchange', () => {
    const next = parseHash(location.hash)
    byId<'input'>('search').value = next.search
    change(next)
    treeView.select(next.branch)
  })

  whenMoved(plot.moved)
  byId<'input'>('search').value = view.search
  change({}, true)
  if (view.branch) treeView.select(view.branch)
  setInterval(() => {
    header()
    table.refresh()
    plot.tick()
  }, 1000)
  document.body.dataset['ready'] = performance.now().toFixed(0)
  void survey()

  let wasOpen = link.state().kind === 'open'
  return {
    coloursChanged: plot.rebuild,
    linkChanged({ kind }) {
      // What was missed while it was away is in the history, so the plot gets no hole.
      if (kind === 'open' && !wasOpen) {
        plot.reload()
        trends.reset()
        void survey()
      }
      wasOpen = kind === 'open'
      header()
    },
  }
}
