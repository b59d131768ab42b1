import { isStepped, type Trace } from './plot-data.ts'

/** The drawing's own units; the element stretches it to its size. */
const width = 100
const height = 20

/**
 * The path of a trace's last `spanMs` up to `now`, from its lowest to its highest value; a value
 * that did not change is a line in the middle. Between raw samples a state changes in steps.
 */
export function sparklinePath(trace: Trace, now: number, spanMs: number): string {
  const from = (now - spanMs) / 1000
  const { times, middle } = trace
  let begin = times.length
  while (begin > 0 && (times[begin - 1] ?? 0) >= from) begin--
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let i = begin; i < middle.length; i++) {
    const value = middle[i] ?? null
    if (value === null) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const scale = high > low ? (height - 4) / (high - low) : 0
  const xOf = (time: number): string => (((time - from) / (spanMs / 1000)) * width).toFixed(1)
  const yOf = (value: number): string =>
    (scale === 0 ? height / 2 : height - 2 - (value - low) * scale).toFixed(1)
  let path = ''
  let isDrawing = false
  for (let i = begin; i < times.length; i++) {
    const value = middle[i] ?? null
    if (value === null) {
      isDrawing = false
      continue
    }
    const [x, y] = [xOf(times[i] ?? 0), yOf(value)]
    if (!isDrawing) path += `M${x} ${y}`
    else path += isStepped(trace.point) ? `H${x}V${y}` : `L${x} ${y}`
    isDrawing = true
  }
  return isDrawing ? `${path}H${width}` : path
}

/** A line in the middle. */
export const flatPath = `M0 ${height / 2}H${width}`

const svg = 'http://www.w3.org/2000/svg'

export function createSparkline(): SVGSVGElement {
  const picture = document.createElementNS(svg, 'svg')
  picture.setAttribute('viewBox', `0 0 ${width} ${height}`)
  picture.setAttribute('preserveAspectRatio', 'none')
  picture.setAttribute('aria-hidden', 'true')
  picture.append(document.createElementNS(svg, 'path'))
  return picture
}
