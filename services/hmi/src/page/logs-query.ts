import { request } from './api.ts'
import type { BarsRange, LogBucket } from './logs-bars.ts'
import { filterOf, type LogRecord, type LogView } from './logs-store.ts'

export const recordFields = 'id time priority source host process message'
export const pageSize = 200

interface RecordsPage {
  readonly edges: readonly { readonly node: LogRecord }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** A page of records, newest first, behind a cursor. */
export async function loadRecords(
  view: LogView,
  after: string | null,
  signal: AbortSignal,
): Promise<RecordsPage> {
  const query = `query ($filter: LogFilter, $to: DateTime, $first: Int, $after: String) {
    logs(filter: $filter, to: $to, first: $first, after: $after) {
      edges { node { ${recordFields} } } pageInfo { hasNextPage endCursor } } }`
  const to = view.to === '' ? null : `${view.to}Z`
  const variables = { filter: filterOf(view), to, first: pageSize, after }
  return (await request<{ logs: RecordsPage }>(query, variables, signal)).logs
}

/** How many records there are in each bar. */
export async function loadHistogram(
  view: LogView,
  { from, to, every }: BarsRange,
): Promise<readonly LogBucket[]> {
  const query = `query ($filter: LogFilter, $from: DateTime!, $to: DateTime!, $every: Duration) {
    logHistogram(filter: $filter, from: $from, to: $to, every: $every) {
      time count counts { priority count } } }`
  const times = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
  const variables = { filter: filterOf(view), ...times, every: `${every / 1000}s` }
  const { logHistogram } = await request<{ logHistogram: readonly LogBucket[] }>(query, variables)
  return logHistogram
}
