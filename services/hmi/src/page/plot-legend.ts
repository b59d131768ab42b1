import { element, setAttribute, setText } from './dom.ts'
import { decimalsOf, showUnit, showValue } from './format.ts'
import { dashes, seriesColor } from './plot-chart.ts'
import { extentOf, type Trace, valueAt } from './plot-data.ts'

export interface Legend {
  /** Makes a row per trace. */
  readonly build: (traces: readonly Trace[]) => void
  /** Writes the values of [from, to] seconds, and those under the cursor when it is in the plot. */
  readonly draw: (traces: readonly Trace[], from: number, to: number, cursor: number | null) => void
}

/** Under the plot: each line's sign, point, value (under the cursor), lowest, highest, mean. */
export function createLegend(host: HTMLElement, remove: (id: string) => void): Legend {
  const digits = new Map<string, number>()

  const show = (trace: Trace, value: number | null): string => {
    if (value === null) return 'no value'
    const { point, names } = trace
    const name = names.get(value)
    if (name !== undefined) return name
    const decimals = decimalsOf(value, digits.get(point.id))
    digits.set(point.id, decimals)
    const isWhole = /^u?int/.test(point.type) && Number.isInteger(value)
    const shown = showValue(value, null, isWhole ? 'int32' : 'double', decimals).main
    return point.unit ? `${shown} ${showUnit(point.unit)}` : shown
  }

  host.addEventListener('click', (event) => {
    const button = (event.target as Element).closest('button')
    const id = button?.dataset['point']
    if (id) remove(id)
  })

  return {
    build(traces) {
      host.replaceChildren(...traces.map(rowOf))
    },
    draw(traces, from, to, cursor) {
      traces.forEach((trace, index) => {
        const [, , value, low, high, middle] = host.children[index]?.children ?? []
        if (!value || !low || !high || !middle) return
        const { last, min, max, mean } = extentOf(trace, from, to)
        setText(value, show(trace, cursor === null ? last : valueAt(trace, cursor)))
        setAttribute(value, 'class', cursor === null ? 'now' : 'now at-cursor')
        const isNamed = trace.names.size > 0
        setText(low, isNamed || min === null ? '' : `min ${show(trace, min)}`)
        setText(high, isNamed || max === null ? '' : `max ${show(trace, max)}`)
        setText(middle, isNamed || mean === null ? '' : `mean ${show(trace, mean)}`)
      })
    },
  }
}

function rowOf(trace: Trace, index: number): HTMLElement {
  const { id } = trace.point
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  line.setAttribute('viewBox', '0 0 28 8')
  const stroke = document.createElementNS(line.namespaceURI ?? '', 'path')
  stroke.setAttribute('d', 'M0 4H28')
  stroke.setAttribute('stroke', seriesColor(index))
  stroke.setAttribute('stroke-width', '2.5')
  stroke.setAttribute('stroke-dasharray', (dashes[index] ?? []).join(' '))
  line.append(stroke)
  return element(
    'div',
    { class: 'legend-row', title: trace.point.description ?? id },
    line as unknown as HTMLElement,
    element('span', { class: 'legend-name' }, element('bdi', {}, id)),
    element('span', { class: 'now' }),
    element('span', { class: 'extreme' }),
    element('span', { class: 'extreme' }),
    element('span', { class: 'extreme' }),
    element('button', { type: 'button', 'data-point': id, 'aria-label': `Remove ${id}` }, '×'),
  )
}
