/** What is drawn at a time: from low to high, the same of a single value; null is a gap. */
export interface PlotPoint {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly low: number | null
  readonly high: number | null
}

export interface PlotFrame {
  /** Columns and rows of characters, labels included. */
  readonly width: number
  readonly height: number
  /** Milliseconds since 1970, [from, to). */
  readonly from: number
  readonly to: number
}

/** Dots of a braille character (Unicode 2800 to 28FF), by row and column. */
const dots = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const
const labelWidth = 12

/** A plot of characters, line by line: two by four dots in each. No extreme is lost, however narrow it is. */
export function plotLines(points: readonly PlotPoint[], frame: PlotFrame): string[] {
  const { from, to } = frame
  const columns = Math.max(10, frame.width - labelWidth - 2)
  const rows = Math.max(3, frame.height - 2)
  const shown = points.filter(({ time, low }) => low !== null && time >= from && time < to)
  if (shown.length === 0) return ['(no numbers)']
  const [bottom, top] = rangeOf(shown)
  const cells = Array.from({ length: rows }, () => new Array<number>(columns).fill(0))
  const [wide, high] = [columns * 2, rows * 4]
  const xOf = (time: number) => Math.min(wide - 1, Math.floor(((time - from) / (to - from)) * wide))
  const yOf = (value: number) => Math.round(((top - value) / (top - bottom)) * (high - 1))
  const dot = (x: number, y: number) => {
    const row = cells[y >> 2]
    const bit = dots[y & 3]?.[x & 1] ?? 0
    if (row) row[x >> 1] = (row[x >> 1] ?? 0) | bit
  }
  let before: { x: number; y: number } | null = null
  for (const { time, low, high: most } of points) {
    if (time < from || time >= to) continue
    if (low === null || most === null) {
      before = null
      continue
    }
    const x = xOf(time)
    const [upper, lower] = [yOf(most), yOf(low)]
    for (let y = upper; y <= lower; y++) dot(x, y)
    if (before) drawLine(before.x, before.y, x, (upper + lower) >> 1, dot)
    before = { x, y: (upper + lower) >> 1 }
  }
  const lines = cells.map((row, i) => {
    const label = i === 0 ? top : i === rows - 1 ? bottom : null
    const text = row.map((bits) => String.fromCharCode(0x2800 + bits)).join('')
    return `${(label === null ? '' : shortOf(label)).padStart(labelWidth)} ┤${text}`
  })
  const [left, right] = [from, to].map((time) => new Date(time).toISOString().slice(0, 19))
  const axis = `${left}Z${`${right}Z`.padStart(Math.max(1, columns - 20))}`
  return [
    ...lines,
    `${' '.repeat(labelWidth)} └${'─'.repeat(columns)}`,
    `${' '.repeat(labelWidth + 2)}${axis}`,
  ]
}

function rangeOf(points: readonly PlotPoint[]): [bottom: number, top: number] {
  let [bottom, top] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { low, high } of points) {
    if (low !== null && low < bottom) bottom = low
    if (high !== null && high > top) top = high
  }
  if (bottom < top) return [bottom, top]
  const margin = Math.abs(top) / 100 || 1
  return [bottom - margin, top + margin]
}

/** Bresenham's line, both ends included. */
function drawLine(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  dot: (x: number, y: number) => void,
): void {
  const [dx, dy] = [Math.abs(x1 - x0), -Math.abs(y1 - y0)]
  const [sx, sy] = [x0 < x1 ? 1 : -1, y0 < y1 ? 1 : -1]
  let [x, y, error] = [x0, y0, dx + dy]
  for (;;) {
    dot(x, y)
    if (x === x1 && y === y1) return
    const twice = 2 * error
    if (twice >= dy) {
      error += dy
      x += sx
    }
    if (twice <= dx) {
      error += dx
      y += sy
    }
  }
}

/** A number that fits beside the axis. */
function shortOf(value: number): string {
  const text = String(Number(value.toPrecision(6)))
  return text.length <= labelWidth ? text : value.toExponential(4)
}
