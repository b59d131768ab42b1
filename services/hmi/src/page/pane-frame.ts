import type { Point } from './api.ts'
import { element, setAttribute } from './dom.ts'
import { type PaneSpec, titleOf } from './layout-spec.ts'
import type { Pane, PaneParts } from './pane.ts'
import { type AlarmFeed, createAlarmsPane, followAlarms } from './pane-alarms.ts'
import { createLogsPane } from './pane-logs.ts'
import { createPlotPane } from './pane-plot.ts'
import { createGaugePane, createTablePane } from './pane-values.ts'

interface Parts extends Omit<PaneParts, 'spec' | 'body' | 'points' | 'removeItem'> {
  readonly points: ReadonlyMap<string, Point>
  /** Null removes it. */
  readonly replace: (spec: PaneSpec, next: PaneSpec | null) => void
  readonly move: (spec: PaneSpec, by: number) => void
  readonly edit: (spec: PaneSpec) => void
}

/** Fills a section of the page with a pane: title, buttons, and what it shows. */
export function createPaneFrame(parts: Parts): (spec: PaneSpec, host: HTMLElement) => Pane {
  let feed: AlarmFeed | null = null

  const contentOf = (own: PaneParts): Pane => {
    const { kind } = own.spec
    if (kind === 'plot') return createPlotPane(own)
    if (kind === 'table') return createTablePane(own)
    if (kind === 'gauge') return createGaugePane(own)
    if (kind === 'logs') return createLogsPane(own)
    feed ??= followAlarms(parts.shell)
    return createAlarmsPane(own, feed)
  }

  return (spec, host) => {
    const title = titleOf(spec)
    const buttons: readonly [sign: string, words: string, act: () => void][] = [
      ['◂', 'Move forward', () => parts.move(spec, -1)],
      ['▸', 'Move back', () => parts.move(spec, 1)],
      ['✎', 'Change', () => parts.edit(spec)],
      ['×', 'Remove', () => parts.replace(spec, null)],
    ]
    const head = element('header', {}, element('h2', { title }, title))
    for (const [sign, words, act] of buttons) {
      const button = element('button', { type: 'button' }, sign)
      button.setAttribute('aria-label', `${words}: ${title}`)
      button.title = words
      button.addEventListener('click', act)
      head.append(button)
    }
    const body = element('div', { class: 'pane-body' })
    setAttribute(host, 'class', 'pane layout-pane')
    // Not a landmark: two panes may have one name.
    setAttribute(host, 'role', 'group')
    setAttribute(host, 'aria-label', title)
    setAttribute(host, 'data-width', String(spec.width))
    setAttribute(host, 'data-height', String(spec.height))
    host.append(head, body)
    const removeItem = (id: string): void => {
      const items = spec.items.filter((item) => item !== id)
      parts.replace(spec, items.length > 0 ? { ...spec, items } : null)
    }
    const points = spec.items.flatMap((id) => parts.points.get(id) ?? [])
    return contentOf({ ...parts, spec, body, points, removeItem })
  }
}
