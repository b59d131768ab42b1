import { element } from './dom.ts'
import type { Pane, PaneParts } from './pane.ts'
import { navigatePlot } from './plot-navigate.ts'
import { createPlotView } from './plot-view.ts'

/** A plot that shares time range, cursor and frames with the others of the page. */
export function createPlotPane(parts: PaneParts): Pane {
  const { body, points, shell, frames, range, zone, goTo, back, removeItem } = parts
  const host = element('div', { class: 'plot-canvas' })
  const cursor = element('span', { class: 'plot-cursor' })
  const status = element('span', { role: 'status' })
  const said = element('span')
  const legend = element('div', { class: 'plot-legend' })
  // The range is that of all plots, and stands above them.
  body.append(
    element('div', { class: 'plot-said' }, status),
    element('div', { class: 'plot-box' }, host, cursor),
    legend,
  )
  const view = createPlotView({
    places: { host, status, range: said, cursor, legend },
    ...{ soon: frames.soon, together: 'layout', remove: removeItem, back },
    zoomed: (next) => goTo(next, true),
    isLive: () => shell.link.state().kind === 'open',
  })
  navigatePlot(host, { range, change: goTo, back })
  view.setZone(zone())
  view.setRange(range())
  view.setPoints(points)
  return { ...view, recolour: view.rebuild }
}
