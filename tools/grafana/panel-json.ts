import type { ApiQuery, Panel, Query } from './panel.ts'

/** As grafana/provisioning/datasources/mla.yaml has it. */
export const provisionedPrometheus = 'mla-prometheus'
/** The one that is chosen above the dashboard. */
export const prometheusSource = { type: 'prometheus', uid: '$datasource' } as const
export const apiSource = { type: 'yesoreyeram-infinity-datasource', uid: 'mla-api' } as const

interface Place {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** A panel as Grafana reads it. */
export function panelJson(panel: Panel, id: number, gridPos: Place) {
  const { title, description, kind, queries } = panel
  const isOfApi = queries.some((query) => 'graphql' in query)
  return {
    ...{ id, type: kind, title, description, gridPos },
    datasource: isOfApi ? apiSource : prometheusSource,
    targets: queries.map((query, index) =>
      targetJson(query, kind, String.fromCharCode(65 + index)),
    ),
    fieldConfig: { defaults: fieldDefaults(panel), overrides: [] },
    options: optionsOf(kind),
    transformations: transformationsOf(kind, isOfApi),
    links: [],
  }
}

function targetJson(query: Query, kind: Panel['kind'], refId: string) {
  if ('graphql' in query) return { refId, datasource: apiSource, ...apiTarget(query) }
  const isNow = kind === 'table'
  return {
    ...{ refId, datasource: prometheusSource, editorMode: 'code' },
    ...{ expr: query.expr, legendFormat: query.legend },
    ...{ range: !isNow, instant: isNow, format: isNow ? 'table' : 'time_series' },
  }
}

const apiTarget = ({ graphql, rows, columns }: ApiQuery) => ({
  ...{ type: 'graphql', source: 'url', parser: 'backend', format: 'table', url: '/graphql' },
  ...{ root_selector: rows, filters: [] },
  url_options: {
    ...{ method: 'POST', body_type: 'graphql', body_graphql_query: graphql },
    ...{ body_graphql_variables: '{}', data: '' },
  },
  columns: columns.map(({ name, title, type }) => ({ selector: name, text: title, type })),
})

function fieldDefaults({ unit, kind, stacked, thresholds, words, link }: Panel) {
  const [yellow, red] = thresholds ?? []
  const isFalling = yellow !== undefined && red !== undefined && yellow > red
  const [first, second, third] = isFalling ? ['red', 'yellow', 'green'] : ['green', 'yellow', 'red']
  const [low, high] = isFalling ? [red, yellow] : [yellow, red]
  return {
    unit,
    color: { mode: thresholds || kind === 'state-timeline' ? 'thresholds' : 'palette-classic' },
    mappings: words ? [{ type: 'value', options: words }] : [],
    thresholds: {
      mode: 'absolute',
      steps: [
        { color: first, value: null },
        ...(low !== undefined ? [{ color: second, value: low }] : []),
        ...(high !== undefined ? [{ color: third, value: high }] : []),
      ],
    },
    ...(kind === 'timeseries' && {
      min: 0,
      custom: {
        ...{ drawStyle: 'line', lineWidth: 1, fillOpacity: stacked ? 30 : 8, showPoints: 'never' },
        ...{ spanNulls: false, stacking: { mode: stacked ? 'normal' : 'none', group: 'A' } },
      },
    }),
    ...(link && { links: [{ ...link, targetBlank: false }] }),
  }
}

function optionsOf(kind: Panel['kind']) {
  switch (kind) {
    case 'timeseries':
      return {
        legend: { displayMode: 'table', placement: 'bottom', calcs: ['lastNotNull', 'max'] },
        tooltip: { mode: 'multi', sort: 'desc' },
      }
    case 'stat':
      return {
        ...{ colorMode: 'background', graphMode: 'area', justifyMode: 'auto', textMode: 'auto' },
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      }
    case 'table':
      return { showHeader: true, cellHeight: 'sm' }
    case 'state-timeline':
      return {
        ...{ mergeValues: true, showValue: 'never', rowHeight: 0.8 },
        legend: { displayMode: 'list', placement: 'bottom' },
      }
  }
}

function transformationsOf(kind: Panel['kind'], isOfApi: boolean) {
  // Our API answers rows of all points; a curve each.
  if (isOfApi)
    return kind === 'timeseries'
      ? [{ id: 'partitionByValues', options: { fields: ['point'] } }]
      : []
  return kind === 'table' ? tableOfNow : []
}

/** Without the columns that say nothing. */
const tableOfNow = [
  { id: 'merge', options: {} },
  { id: 'organize', options: { excludeByName: { Time: true, __name__: true, host: true } } },
]
