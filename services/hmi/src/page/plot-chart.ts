import uPlot from 'uplot'
import { showClock, showTime, showUnit } from './format.ts'
import { isStepped, type Trace } from './plot-data.ts'
import { type Mark, markSigns } from './plot-marks.ts'
import { steadyRange } from './steady-range.ts'

export interface ChartEvents {
  /** A part was marked with the mouse, in seconds. */
  readonly zoomed: (from: number, to: number) => void
  readonly back: () => void
  /** Where the cursor is, in seconds; null when it has left. */
  readonly pointed: (time: number | null) => void
  /** Charts with the same show one cursor; null for one by itself. */
  readonly together: string | null
  /** Moments to be marked in the plot. */
  readonly marks: () => readonly Mark[]
}

/** Lines of the same hue differ by their dashes, so colour is never the only sign. */
export const dashes: readonly (readonly number[])[] = [
  ...[[], [8, 4], [2, 3], [12, 4, 2, 4]],
  ...[[], [8, 4], [2, 3], [12, 4, 2, 4]],
  ...[
    [16, 3],
    [4, 2],
  ],
]

export const seriesColor = (index: number): string => cssColor(`--series-${(index % 8) + 1}`)

const cssColor = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim()

/** Values of one unit share an axis; states have one each, as their names differ. */
const scaleOf = ({ point }: Trace): string =>
  isStepped(point) && point.type !== 'boolean' ? `state ${point.id}` : `unit ${point.unit ?? ''}`

/** A chart of these traces: an axis per unit, a band from lowest to highest around each line. */
export function createChart(
  host: HTMLElement,
  traces: readonly Trace[],
  zone: 'utc' | 'local',
  events: ChartEvents,
): uPlot {
  const scales = [...new Set(traces.map(scaleOf))]
  const series: uPlot.Series[] = [{}]
  const bands: uPlot.Band[] = []
  traces.forEach((trace, index) => {
    const stroke = seriesColor(index)
    const paths = isStepped(trace.point) ? uPlot.paths.stepped?.({ align: 1 }) : undefined
    const shared = { scale: scaleOf(trace), ...(paths ? { paths } : {}) }
    const points = { size: 5 }
    series.push({ ...shared, stroke, width: 1.5, dash: [...(dashes[index] ?? [])], points })
    // The edges have no line of their own; the band between them shows every spike.
    series.push({ ...shared, stroke: `${stroke}66`, width: 0.5, points: { show: false } })
    series.push({ ...shared, stroke: `${stroke}66`, width: 0.5, points: { show: false } })
    bands.push({ series: [3 * index + 3, 3 * index + 2], fill: `${stroke}38` })
  })
  const options: uPlot.Options = {
    width: host.clientWidth,
    height: host.clientHeight,
    legend: { show: false },
    series,
    bands,
    padding: [12, 12, 0, 0],
    scales: {
      x: { time: true, auto: false, range: (_chart, from, to) => [from, to] },
      ...Object.fromEntries(scales.map((name) => [name, { range: steadyRange() }])),
    },
    axes: [
      timeAxis(zone),
      ...scales.slice(0, axesThatFit(host)).map((name, place) => valueAxis(name, place, traces)),
    ],
    cursor: {
      drag: { x: true, y: false, setScale: false },
      // A point on each line of each plot at each move is more than a frame can take.
      points: events.together === null ? { size: 7 } : { show: false },
      ...(events.together === null ? {} : { sync: sharedCursor(events.together) }),
      bind: {
        mousedown: (_chart, _target, handler) => (event) =>
          event.button === 0 && !event.shiftKey ? handler(event) : null,
        dblclick: () => () => {
          events.back()
          return null
        },
      },
    },
    hooks: {
      draw: [(chart) => drawMarks(chart, events.marks())],
      setSelect: [
        (chart) => {
          const { left, width } = chart.select
          if (width < 4) return
          const [from, to] = [chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x')]
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          events.zoomed(from, to)
        },
      ],
      setCursor: [
        (chart) => {
          const left = chart.cursor.left ?? -1
          events.pointed(left < 0 ? null : chart.posToVal(left, 'x'))
        },
      ],
    },
    tzDate: (seconds) => {
      const date = new Date(seconds * 1000)
      return zone === 'utc' ? uPlot.tzDate(date, 'Etc/UTC') : date
    },
  }
  return new uPlot(options, [[], ...series.slice(1).map(() => [])], host)
}

/** By time, and only where it points: what is chosen in one plot is told to all by their range. */
const sharedCursor = (key: string): uPlot.Cursor.Sync => ({
  ...{ key, setSeries: false, scales: ['x', null] },
  filters: { pub: (type: string) => type === 'mousemove' || type === 'mouseleave' },
})

/** A dashed line and a sign where an alarm was set, or somebody did or wrote something. */
function drawMarks(chart: uPlot, marks: readonly Mark[]): void {
  const { ctx, bbox } = chart
  ctx.save()
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio])
  ctx.font = `${14 * devicePixelRatio}px sans-serif`
  for (const { time, kind } of marks) {
    const x = chart.valToPos(time, 'x', true)
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.strokeStyle = cssColor(kind === 'alarm' ? '--bad' : '--dim')
    ctx.fillStyle = ctx.strokeStyle
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    ctx.fillText(markSigns[kind], x + 2, bbox.top + 12 * devicePixelRatio)
  }
  ctx.restore()
}

/** On a telephone the first unit has an axis; the values of all are in the legend. */
const axesThatFit = (host: HTMLElement): number =>
  Math.max(1, Math.min(5, Math.floor(host.clientWidth / 260)))

const axisLook = (): Pick<uPlot.Axis, 'stroke' | 'grid' | 'ticks' | 'font' | 'labelFont'> => {
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.85
  const font = `${size}px system-ui, sans-serif`
  const grid = { stroke: cssColor('--grid'), width: 1 }
  return { stroke: cssColor('--dim'), grid, ticks: grid, font, labelFont: font }
}

const fontScale = (): number =>
  Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 13

function timeAxis(zone: 'utc' | 'local'): uPlot.Axis {
  let dayBefore = ''
  return {
    ...axisLook(),
    space: 80 * fontScale(),
    size: 42 * fontScale(),
    values: (chart, splits, _axis, _space, increment) => {
      const from = chart.scales['x']?.min ?? 0
      const begin = splits.findIndex((seconds) => seconds >= from)
      return splits.map((seconds, place) => {
        const millis = seconds * 1000
        const day = showTime(millis, zone).slice(0, 10)
        const isNewDay = place === begin || day !== dayBefore
        dayBefore = day
        if (increment >= 86_400) return day
        const clock = showClock(millis, zone, increment < 1)
        const short = increment >= 60 ? clock.slice(0, 5) : clock
        return isNewDay ? `${short}\n${day}` : short
      })
    },
  }
}

function valueAxis(name: string, place: number, traces: readonly Trace[]): uPlot.Axis {
  const own = traces.filter((trace) => scaleOf(trace) === name)
  const isState = own.every(({ point }) => isStepped(point))
  const names = own[0]?.names
  const label = isState
    ? (own[0]?.point.id.split('/').at(-1) ?? '')
    : showUnit(name.slice('unit '.length))
  return {
    ...axisLook(),
    scale: name,
    side: place % 2 === 0 ? 3 : 1,
    size: (isState ? 90 : 58) * fontScale(),
    ...(label ? { label, labelSize: 20 * fontScale(), labelGap: 0 } : {}),
    grid: { show: place === 0, stroke: cssColor('--grid'), width: 1 },
    ...(isState
      ? {
          incrs: [1, 2, 5, 10, 20, 50, 100],
          values: (_chart: uPlot, splits: number[]) =>
            splits.map((v) =>
              Number.isInteger(v) ? (names?.get(v) ?? String(v)).slice(0, 14) : '',
            ),
        }
      : {}),
  }
}
