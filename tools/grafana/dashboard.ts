import type { Panel } from './panel.ts'
import { panelJson, prometheusSource } from './panel-json.ts'
import { type Variable, variableJson } from './variable.ts'

/** A dashboard in few words. */
export interface Dashboard {
  /** Its file, and its address in Grafana: `/d/<uid>`. For a service, the service's name. */
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly rows: readonly Row[]
  readonly variables: readonly Variable[]
}
export interface Row {
  readonly title: string
  readonly panels: readonly Panel[]
}

const columns = 24

/** Alerts, commands and restarts, drawn into every graph. */
const annotations = [
  {
    name: 'Alerts',
    color: 'red',
    expr: 'ALERTS{alertstate="firing", severity=~"critical|warning"}',
    title: '{{alertname}}',
    text: '{{job}} {{instance}} {{source}}',
  },
  {
    name: 'Commands of operators',
    color: 'blue',
    expr: 'increase(mla_commands_total{command!="PING"}[$__rate_interval]) > 0',
    title: '{{command}}',
    text: '{{job}} {{instance}}: {{outcome}}',
  },
  {
    name: 'Restarts',
    color: 'orange',
    expr: 'changes(process_start_time_seconds[$__rate_interval]) > 0',
    title: 'Restart',
    text: '{{job}} {{instance}}',
  },
]

/** What Grafana reads: panels laid out from left to right, below the title of their row. */
export function dashboardJson({ uid, title, description, rows, variables }: Dashboard) {
  let id = 0
  let y = 0
  const panels = rows.flatMap((row) => {
    let [x, height] = [0, 0]
    const head = {
      ...{ id: ++id, type: 'row', title: row.title, collapsed: false, panels: [] },
      gridPos: { x: 0, y: y++, w: columns, h: 1 },
    }
    const placed = row.panels.map((panel) => {
      if (x + panel.width > columns) {
        x = 0
        y += height
        height = 0
      }
      const gridPos = { x, y, w: panel.width, h: panel.height }
      x += panel.width
      height = Math.max(height, panel.height)
      return panelJson(panel, ++id, gridPos)
    })
    y += height
    return [head, ...placed]
  })
  return {
    ...{ uid, title, description, tags: ['mla'], timezone: 'utc', schemaVersion: 41, version: 1 },
    ...{ editable: false, graphTooltip: 1, refresh: '15s', time: { from: 'now-1h', to: 'now' } },
    annotations: { list: annotations.map(annotationJson) },
    links: links(),
    templating: { list: variables.map(variableJson) },
    panels,
  }
}

const annotationJson = ({ name, color, expr, title, text }: (typeof annotations)[number]) => ({
  ...{ name, enable: name !== 'Restarts', hide: false, iconColor: color },
  datasource: prometheusSource,
  ...{ expr, titleFormat: title, textFormat: text, step: '15s', useValueForTime: false },
})

/** To the other dashboards, and to our own pages. */
const links = () => [
  {
    ...{ title: 'Dashboards', type: 'dashboards', tags: ['mla'], asDropdown: true, icon: 'bolt' },
    ...{ includeVars: false, keepTime: true, targetBlank: false, tooltip: '', url: '' },
  },
  {
    ...{ title: 'Operators’ page', type: 'link', url: '$hmi', icon: 'external link', tags: [] },
    ...{ tooltip: 'Live values and plots', targetBlank: true, asDropdown: false },
    ...{ includeVars: false, keepTime: false },
  },
]
