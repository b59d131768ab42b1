import { apiSource, prometheusSource, provisionedPrometheus } from './panel-json.ts'

export type Variable =
  | { readonly kind: 'datasource' }
  /** Where our pages are; a site changes it above the dashboard, or here for all. */
  | { readonly kind: 'hmi' }
  /** The jobs that have this metric. */
  | { readonly kind: 'job' | 'instance'; readonly of: string }
  | { readonly kind: 'text'; readonly name: string; readonly label: string; readonly value: string }
  | {
      readonly kind: 'api'
      readonly name: string
      readonly label: string
      readonly graphql: string
      readonly rows: string
    }

/** The ones that every dashboard over Prometheus has. */
export const usual = (of: string): readonly Variable[] => [
  { kind: 'datasource' },
  { kind: 'job', of },
  { kind: 'instance', of },
  { kind: 'hmi' },
]

export function variableJson(variable: Variable) {
  switch (variable.kind) {
    case 'datasource':
      return {
        ...{ name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
        ...{ regex: '', hide: 0, multi: false, includeAll: false, refresh: 1, options: [] },
        current: { text: 'Prometheus', value: provisionedPrometheus },
      }
    case 'hmi':
      return text('hmi', 'Our pages', 'http://127.0.0.1:8080', 2)
    case 'text':
      return text(variable.name, variable.label, variable.value, 0)
    case 'job':
      return choice('job', `label_values(${variable.of}, job)`)
    case 'instance':
      return choice('instance', `label_values(${within(variable.of)}, instance)`)
    case 'api':
      return {
        ...{ name: variable.name, label: variable.label, type: 'query', hide: 0, refresh: 2 },
        ...{ multi: true, includeAll: false, sort: 1, regex: '', options: [], current: {} },
        datasource: apiSource,
        query: {
          ...{ queryType: 'infinity', query: '', refId: 'variable' },
          infinityQuery: {
            ...{ refId: 'variable', type: 'graphql', source: 'url', parser: 'backend' },
            ...{ format: 'table', url: '/graphql', filters: [], root_selector: variable.rows },
            url_options: {
              ...{ method: 'POST', body_type: 'graphql', body_graphql_query: variable.graphql },
              ...{ body_graphql_variables: '{}', data: '' },
            },
            columns: [{ selector: 'id', text: 'id', type: 'string' }],
          },
        },
      }
  }
}

/** A metric with its labels, of the jobs that are chosen. */
const within = (of: string): string =>
  of.includes('{') ? of.replace('{', '{job=~"$job", ') : `${of}{job=~"$job"}`

const text = (name: string, label: string, value: string, hide: 0 | 2) => ({
  ...{ name, label, type: 'textbox', query: value, hide },
  current: { text: value, value },
  options: [{ text: value, value, selected: true }],
})

const choice = (name: string, query: string) => ({
  ...{ name, label: name, type: 'query', hide: 0, refresh: 2, sort: 1, regex: '', options: [] },
  ...{ multi: true, includeAll: true, allValue: '.+' },
  current: { text: ['All'], value: ['$__all'] },
  datasource: prometheusSource,
  ...{ definition: query, query: { query, refId: 'variable' } },
})
