/** What a panel shows, in few words; `dashboard.ts` makes Grafana's JSON of it. */
export interface Panel {
  readonly title: string
  readonly description: string
  readonly unit: Unit
  readonly kind: 'timeseries' | 'stat' | 'table' | 'state-timeline'
  readonly queries: readonly Query[]
  /** Of 24 columns. */
  readonly width: number
  readonly height: number
  readonly stacked?: boolean
  /** Values from which on it is yellow and red; falling when the first is the bigger. */
  readonly thresholds?: readonly [yellow: number, red: number]
  /** Texts in the place of numbers. */
  readonly words?: Readonly<Record<string, { readonly text: string; readonly color: string }>>
  /** Where a click leads. */
  readonly link?: { readonly title: string; readonly url: string }
}

/** Units as Grafana calls them. */
export type Unit = 'short' | 'none' | 'ops' | 'bytes' | 'Bps' | 's' | 'percentunit' | 'bool'

export type Query = PrometheusQuery | ApiQuery
export interface PrometheusQuery {
  readonly expr: string
  readonly legend: string
}
/** A GraphQL request to our API, and how rows come from its answer. */
export interface ApiQuery {
  readonly graphql: string
  /** JSONata: from the answer to a list of objects. */
  readonly rows: string
  readonly columns: readonly {
    readonly name: string
    readonly title: string
    readonly type: 'timestamp' | 'number' | 'string'
  }[]
}

/** A series of the jobs and instances that are chosen above the dashboard. */
export const chosen = (metric: string, labels = ''): string =>
  `${metric}{job=~"$job", instance=~"$instance"${labels && `, ${labels}`}}`

/** A variable of Grafana with a format: `point:json`. */
export const variable = (name: string): string => `\${${name}}`

/** How fast a counter grows, a second. */
export const rate = (metric: string, labels = ''): string =>
  `rate(${chosen(metric, labels)}[$__rate_interval])`

export const sumBy = (by: string, expr: string): string => `sum by (${by}) (${expr})`

/** The time below which so many of all cases stay, of a histogram. */
export const quantile = (q: number, metric: string, by = 'job'): string =>
  `histogram_quantile(${q}, ${sumBy(`${by}, le`, rate(`${metric}_bucket`))})`

type Extras = Partial<Pick<Panel, 'width' | 'height' | 'stacked' | 'thresholds' | 'words' | 'link'>>
type Make = (
  title: string,
  description: string,
  unit: Unit,
  queries: readonly (readonly [expr: string, legend: string])[],
  extras?: Extras,
) => Panel

const make =
  (kind: Panel['kind'], width: number, height: number): Make =>
  (title, description, unit, queries, extras = {}) => ({
    ...{ title, description, unit, kind, width, height },
    queries: queries.map(([expr, legend]) => ({ expr, legend })),
    ...extras,
  })

/** Curves over time. */
export const graph = make('timeseries', 8, 8)
/** One number, as it is now. */
export const stat = make('stat', 4, 4)
/** A list of what is now. */
export const table = make('table', 12, 8)
/** Bars over time, coloured by state. */
export const states = make('state-timeline', 24, 8)

export const yesNo = {
  0: { text: 'no', color: 'red' },
  1: { text: 'yes', color: 'green' },
} as const

/** For what should not be. */
export const noYes = {
  0: { text: 'no', color: 'green' },
  1: { text: 'yes', color: 'red' },
} as const
