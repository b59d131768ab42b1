import type { Dashboard } from './dashboard.ts'
import { type Panel, variable } from './panel.ts'

/** As Grafana writes the range that is shown: RFC 3339. */
const range = `from: "${variable('__from:date:iso')}", to: "${variable('__to:date:iso')}"`
const points = variable('point:json')

const panel = (kind: Panel['kind'], title: string, description: string): Panel => ({
  ...{ kind, title, description, unit: 'short', width: 24 },
  ...{ height: kind === 'table' ? 8 : 14 },
  queries: [kind === 'table' ? latest : history],
})

/** Samples where they are few, else the extremes and the mean of each stretch: no spike is lost. */
const history = {
  // Names in JSONata are no names of Grafana's variables: those it would replace.
  graphql: `{ history(points: ${points}, ${range}, maxPoints: 1000) { point samples { time value } buckets { time min mean max } } }`,
  rows: `data.history.(
    $id := point;
    $append(
      samples[$type(value) = "number"].{"point": $id, "time": time, "mean": value, "min": value, "max": value},
      buckets.{"point": $id, "time": time, "mean": mean, "min": min, "max": max}
    )
  )[]`,
  columns: [
    { name: 'time', title: 'time', type: 'timestamp' },
    { name: 'point', title: 'point', type: 'string' },
    { name: 'mean', title: 'mean', type: 'number' },
    { name: 'min', title: 'min', type: 'number' },
    { name: 'max', title: 'max', type: 'number' },
  ],
} as const

const latest = {
  graphql: `{ latest(points: ${points}) { point time value text quality } }`,
  rows: 'data.latest.{"point": point, "time": time, "value": $string(value), "text": text, "quality": quality}[]',
  columns: [
    { name: 'point', title: 'Point', type: 'string' },
    { name: 'value', title: 'Value', type: 'string' },
    { name: 'text', title: 'Text', type: 'string' },
    { name: 'quality', title: 'Quality', type: 'string' },
    { name: 'time', title: 'Time', type: 'timestamp' },
  ],
} as const

/** History of monitoring points, through our API. */
export const monitoringPoints: Dashboard = {
  uid: 'monitoring-points',
  title: 'Monitoring points',
  description: 'Values and history of points, from the archive and the last minutes, by our API.',
  variables: [
    { kind: 'datasource' },
    { kind: 'text', name: 'match', label: 'Search', value: 'Azimuth/Position' },
    {
      ...{ kind: 'api', name: 'point', label: 'Points' },
      graphql: '{ points(match: "$match", first: 500) { edges { node { id } } } }',
      rows: 'data.points.edges.node.{"id": id}[]',
    },
    { kind: 'hmi' },
  ],
  rows: [
    {
      title: 'Points',
      panels: [
        panel('timeseries', 'History', 'The chosen points: mean, least and greatest value.'),
        panel('table', 'Newest values', 'Of the chosen points, with their quality.'),
      ],
    },
  ],
}
