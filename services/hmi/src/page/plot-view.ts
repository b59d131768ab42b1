import type uPlot from 'uplot'
import { ApiError, loadHistory, type Point, type Sample, serverNow } from './api.ts'
import { makeFocusable, setAttribute, setText } from './dom.ts'
import { showClock } from './format.ts'
import type { Range } from './permalink.ts'
import { createChart } from './plot-chart.ts'
import {
  align,
  appendSamples,
  createTrace,
  extentOf,
  holdBefore,
  type Trace,
  traceOf,
  trim,
} from './plot-data.ts'
import { createLegend } from './plot-legend.ts'
import { loadMarks, type Mark, markAt, markSigns } from './plot-marks.ts'
import { rangeWords, statusWords } from './wording.ts'

export interface PlotView {
  readonly setPoints: (points: readonly Point[]) => void
  readonly setRange: (range: Range) => void
  readonly setZone: (zone: 'utc' | 'local') => void
  /** Newer samples of the points that are plotted; others are left out. */
  readonly take: (samples: readonly Sample[]) => void
  /** Fetches the range again, as after the connection was away. */
  readonly reload: () => void
  /** Builds it anew, as when the colours have changed. */
  readonly rebuild: () => void
  /** Fetches what is shown at another past moment, when the page plays on. */
  readonly moved: () => Promise<void>
  /** Follows the clock; to be called about once a second. */
  readonly tick: () => void
  readonly close: () => void
}

/** The elements of the page that a plot fills. */
export interface PlotPlaces {
  readonly host: HTMLElement
  readonly status: HTMLElement
  readonly range: HTMLElement
  readonly cursor: HTMLElement
  readonly legend: HTMLElement
}

interface Parts {
  readonly places: PlotPlaces
  /** Draws with others, in a frame to come; without it at once. */
  readonly soon?: (draw: () => void) => void
  /** Plots with the same show one cursor. */
  readonly together?: string
  readonly remove: (id: string) => void
  readonly zoomed: (range: Range) => void
  readonly back: () => void
  /** Whether values arrive: only then does a last value hold until now. */
  readonly isLive: () => boolean
}

/** Live samples that came in while a history was on its way; the history's request covers more. */
const maxWaiting = 5000
/** How often a live plot asks what its alarms did. */
const marksEveryMs = 30_000

/** The plot of the chosen points: a range of history, with live samples added at its end. */
export function createPlotView(parts: Parts): PlotView {
  const { host, status, range: label, cursor: cursorLabel } = parts.places
  makeFocusable(host, 'application', 'Plot')
  const soon = parts.soon ?? ((draw) => draw())
  const say = (words: string, isProblem = false): void => {
    setText(status, words)
    status.title = words
    status.classList.toggle('problem', isProblem)
  }
  const legend = createLegend(parts.places.legend, parts.remove)
  let points: readonly Point[] = []
  let traces: Trace[] = []
  let waiting: Sample[] = []
  let range: Range = { kind: 'live', span: 300_000 }
  let zone: 'utc' | 'local' = 'utc'
  let chart: uPlot | null = null
  let cursor: number | null = null
  let marks: readonly Mark[] = []
  let marksAt = 0
  let loading: AbortController | null = null
  let retry: ReturnType<typeof setTimeout> | undefined
  let appended = 0

  /** What is shown now, in milliseconds. */
  const bounds = (): readonly [from: number, to: number] => {
    if (range.kind === 'fixed') return [range.from, range.to]
    const now = serverNow()
    return [now - range.span, now]
  }

  const draw = (): void => {
    const [from, to] = bounds()
    setText(label, rangeWords(range, from, to, zone))
    if (!chart) return
    const holdUntil = range.kind === 'live' && parts.isLive() ? to / 1000 : null
    const data = align(traces, holdUntil)
    const shown = chart
    shown.batch(() => {
      shown.setData(data as uPlot.AlignedData, false)
      shown.setScale('x', { min: from / 1000, max: to / 1000 })
    })
    drawLegend()
    describe(from, to)
  }

  const drawLegend = (): void => {
    const [from, to] = bounds()
    legend.draw(traces, from / 1000, to / 1000, cursor)
  }

  /** In the page's attributes, for screen readers and for tests: what is drawn. */
  const describe = (from: number, to: number): void => {
    const counts = traces.map((trace) => extentOf(trace, from / 1000, to / 1000).count)
    const tiers = [...new Set(traces.map(({ tier }) => tier))].join(', ')
    const count = counts.reduce((sum, each) => sum + each, 0)
    setAttribute(host, 'data-count', String(count))
    setAttribute(host, 'data-tier', tiers)
    setAttribute(host, 'data-marks', marks.map(({ kind }) => kind).join(' '))
    const names = traces.map(({ point }) => point.id).join(', ')
    setAttribute(host, 'aria-label', `Plot of ${names}: ${count} values, read from ${tiers}`)
  }

  const rebuild = (): void => {
    chart?.destroy()
    chart = null
    host.replaceChildren()
    setAttribute(host, 'data-count', '0')
    legend.build(traces)
    host.parentElement?.classList.toggle('has-plot', traces.length > 0)
    if (traces.length === 0) return
    chart = createChart(host, traces, zone, {
      zoomed: (from, to) => parts.zoomed(fixedRange(from * 1000, to * 1000)),
      back: parts.back,
      marks: () => marks,
      together: parts.together ?? null,
      pointed(time) {
        cursor = time
        soon(drawCursor)
      },
    })
    draw()
  }

  const drawCursor = (): void => {
    setText(cursorLabel, cursor === null ? '' : cursorWords(cursor))
    drawLegend()
  }

  const cursorWords = (time: number): string => {
    const [from, to] = bounds()
    const mark = markAt(marks, time, ((to - from) / 1000) * 0.01)
    return (
      showClock(time * 1000, zone, true) + (mark ? ` ${markSigns[mark.kind]} ${mark.words}` : '')
    )
  }

  /** What alarms did is a remark: without it the plot is still right. */
  const loadMarksOf = async (from: number, to: number, signal: AbortSignal): Promise<void> => {
    marksAt = Date.now()
    const ids = points.map(({ id }) => id)
    marks = await loadMarks(ids, from, to, signal).catch(() => marks)
    if (!signal.aborted) draw()
  }

  const load = async (): Promise<void> => {
    loading?.abort()
    clearTimeout(retry)
    if (points.length === 0) {
      say('')
      return
    }
    const current = new AbortController()
    loading = current
    say('loading …')
    const [from, to] = bounds()
    const margin = (to - from) * 0.05
    const width = Math.max(400, Math.round((chart?.bbox.width ?? 1000) * 1.1))
    const ids = points.map(({ id }) => id)
    try {
      const wanted = { from: from - margin, to: to + margin, max: width, before: true }
      const { history, before } = await loadHistory(ids, wanted, current.signal)
      const byPoint = new Map(history.map((series) => [series.point, series]))
      const inForce = new Map(before?.map((sample) => [sample.point, sample]))
      const fresh = points.map((point, index) => {
        const names = traces[index]?.names ?? new Map()
        const trace = traceOf(point, byPoint.get(point.id), names)
        holdBefore(trace, inForce.get(point.id), wanted.from / 1000)
        return trace
      })
      const hadNames = namesCount(traces)
      traces = fresh
      if (range.kind === 'live') appendLive(waiting)
      appended = 0
      say(statusWords(traces))
      if (namesCount(traces) !== hadNames) rebuild()
      else draw()
      void loadMarksOf(from, to, current.signal)
    } catch (error) {
      if (current.signal.aborted) return
      const words = error instanceof ApiError ? error.message : 'The history could not be read.'
      say(`${words} Trying again in 5 s.`, true)
      retry = setTimeout(() => void load(), 5000)
    }
  }

  const appendLive = (samples: readonly Sample[]): void => {
    for (const trace of traces) {
      appendSamples(
        trace,
        samples.filter((sample) => sample.point === trace.point.id),
      )
    }
  }

  let settle: ReturnType<typeof setTimeout> | undefined
  const loadSoon = (): void => {
    clearTimeout(settle)
    settle = setTimeout(() => void load(), 150)
  }

  const sizes = new ResizeObserver(() => {
    if (host.clientWidth === 0) return
    chart?.setSize({ width: host.clientWidth, height: host.clientHeight })
  })
  sizes.observe(host)

  return {
    setPoints(next) {
      points = next
      marks = []
      const known = new Map(traces.map((trace) => [trace.point.id, trace]))
      traces = points.map((point) => known.get(point.id) ?? createTrace(point))
      const ids = new Set(points.map(({ id }) => id))
      waiting = waiting.filter(({ point }) => ids.has(point))
      rebuild()
      void load()
    },
    setRange(next) {
      range = next
      soon(draw)
      loadSoon()
    },
    setZone(next) {
      zone = next
      rebuild()
      draw()
    },
    take(samples) {
      const ids = new Set(points.map(({ id }) => id))
      const own = samples.filter(({ point }) => ids.has(point))
      if (own.length === 0) return
      waiting.push(...own)
      if (waiting.length > maxWaiting) waiting = waiting.slice(-maxWaiting / 2)
      if (range.kind !== 'live') return
      appendLive(own)
      appended += own.length
      const [from] = bounds()
      for (const trace of traces) trim(trace, from / 1000)
      // So many raw values behind a history of buckets slow the drawing: fetch it as a whole again.
      if (appended > 2000 * points.length) loadSoon()
    },
    reload: loadSoon,
    rebuild,
    moved: async () => (range.kind === 'live' ? load() : undefined),
    tick() {
      if (range.kind !== 'live') return
      soon(draw)
      if (Date.now() - marksAt < marksEveryMs || !loading || points.length === 0) return
      const [from, to] = bounds()
      void loadMarksOf(from, to, loading.signal)
    },
    close() {
      loading?.abort()
      clearTimeout(retry)
      clearTimeout(settle)
      sizes.disconnect()
      chart?.destroy()
      chart = null
      points = []
    },
  }
}

const namesCount = (traces: readonly Trace[]): number =>
  traces.reduce((sum, { names }) => sum + names.size, 0)

/** Wide enough to have an inside; a microsecond's worth cannot be drawn. */
const minSpanMs = 10

export const fixedRange = (from: number, to: number): Range => ({
  kind: 'fixed',
  from,
  to: Math.max(to, from + minSpanMs),
})
