import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** Something that Prometheus or our API is asked by a dashboard or a rule. */
export interface AskedQuery {
  /** `overview / Received / A`, `rules / MLAServiceDown`. */
  readonly where: string
  readonly kind: 'panel' | 'annotation' | 'recording rule' | 'alert' | 'api'
  /** PromQL without Grafana's variables, or GraphQL. */
  readonly query: string
  /** For `api`: JSONata that makes rows of the answer. */
  readonly rows?: string
}

interface Target {
  readonly refId: string
  readonly expr?: string
  readonly root_selector?: string
  readonly url_options?: { readonly body_graphql_query: string }
}
interface DashboardFile {
  readonly uid: string
  readonly panels: readonly { readonly title: string; readonly targets?: readonly Target[] }[]
  readonly annotations: {
    readonly list: readonly { readonly name: string; readonly expr: string }[]
  }
}
interface RuleFile {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly record?: string
      readonly alert?: string
      readonly expr: string
    }[]
  }[]
}

const root = join(import.meta.dirname, '../..')
const filesOf = (pattern: string) => globSync(join(root, pattern)).sort()

/** Every query of every panel, annotation and rule. */
export function collectQueries(): readonly AskedQuery[] {
  return [
    ...filesOf('grafana/dashboards/*.json').flatMap((file) =>
      ofDashboard(JSON.parse(readFileSync(file, 'utf8'))),
    ),
    ...filesOf('prometheus/rules/*.yaml').flatMap((file) =>
      ofRules(parse(readFileSync(file, 'utf8'))),
    ),
  ]
}

function ofDashboard({ uid, panels, annotations }: DashboardFile): readonly AskedQuery[] {
  const ofPanels = panels.flatMap(({ title, targets = [] }) =>
    targets.map((target): AskedQuery => {
      const where = `${uid} / ${title} / ${target.refId}`
      const graphql = target.url_options?.body_graphql_query
      if (graphql === undefined) {
        return { where, kind: 'panel', query: withoutVariables(target.expr ?? '') }
      }
      return { where, kind: 'api', query: graphql, rows: target.root_selector ?? '' }
    }),
  )
  // All dashboards draw the same annotations.
  if (uid !== 'overview') return ofPanels
  return [
    ...ofPanels,
    ...annotations.list.map(
      ({ name, expr }): AskedQuery => ({
        ...{ where: `annotations / ${name}`, kind: 'annotation', query: withoutVariables(expr) },
      }),
    ),
  ]
}

function ofRules({ groups }: RuleFile): readonly AskedQuery[] {
  return groups.flatMap(({ rules }) =>
    rules.flatMap(({ record, alert, expr }): AskedQuery[] =>
      record !== undefined
        ? [{ where: `rules / ${record}`, kind: 'recording rule', query: expr }]
        : // In a healthy system no alert has rows; the series that it looks at must be there.
          selectorsOf(expr).map((query) => ({ where: `rules / ${alert}`, kind: 'alert', query })),
    ),
  )
}

/** As a dashboard with all jobs and instances asks, with four scrapes as the interval. */
const withoutVariables = (expr: string): string =>
  expr.replaceAll('$__rate_interval', '1m').replaceAll(/\$(job|instance)\b/g, '.+')

/** The series that an expression reads: names with their labels, without ranges and functions. */
export function selectorsOf(expr: string): readonly string[] {
  const withoutGrouping = expr.replaceAll(
    /\b(by|without|on|ignoring|group_left|group_right) \([^)]*\)/g,
    '',
  )
  const selectors =
    withoutGrouping.match(/[a-zA-Z_:][\w:]*(?:\{[^}]*\})?(?![\w(]|\s*\()|\{[^}]*\}/g) ?? []
  return selectors.filter((one) => !notSeries.test(one))
}
const notSeries = /^(and|or|unless|bool|offset|inf|nan|e\d*|[smhd])$/i
