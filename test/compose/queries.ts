/**
 * Asks every query of every panel and rule, and prints a table of what they found:
 * `node test/compose/queries.ts http://127.0.0.1:9090 http://127.0.0.1:8080`
 */
import jsonata from 'jsonata'
import { allowedEmpty } from './allowed-empty.ts'
import { type AskedQuery, collectQueries } from './collect-queries.ts'

export interface QueryResult extends AskedQuery {
  /** How many series or rows it found; an error in words. */
  readonly found: number | string
  /** Why it may find nothing; null where it must find something. */
  readonly reason: string | null
}

/**
 * Asks Prometheus and, where its address is given, our API. Throws with the queries that found
 * nothing and have no reason to.
 */
export async function checkQueries(
  prometheusUrl: string,
  say: (line: string) => void,
  hmiUrl?: string,
  allowed: typeof allowedEmpty = allowedEmpty,
): Promise<readonly QueryResult[]> {
  const asked = collectQueries().filter(({ kind }) => kind !== 'api' || hmiUrl !== undefined)
  const results: QueryResult[] = []
  for (const query of asked) {
    const ask =
      query.kind === 'api' ? askApi(hmiUrl ?? '', query) : askPrometheus(prometheusUrl, query.query)
    const found = await ask.catch((error: unknown) => String(error))
    const reason = allowed.find(([where]) => where.test(query.where))?.[1] ?? null
    results.push({ ...query, found, reason })
  }
  for (const { where, kind, found, reason } of results) {
    const why = found === 0 && reason ? `  (${reason})` : ''
    say(`${String(found).padStart(5)}  ${kind.padEnd(14)}  ${where}${why}`)
  }
  const wrong = results.filter(
    ({ found, reason }) => typeof found === 'string' || (found === 0 && reason === null),
  )
  const empty = results.filter(({ found }) => found === 0).length
  say(`${results.length} queries, ${empty} empty, ${wrong.length} of them without a reason`)
  if (wrong.length > 0) {
    const lines = wrong.map(({ where, query, found }) => `${where}: ${found}: ${query}`)
    throw new Error(`queries that find nothing:\n${lines.join('\n')}`)
  }
  return results
}

async function askPrometheus(prometheusUrl: string, query: string): Promise<number> {
  const url = `${prometheusUrl}/api/v1/query?${new URLSearchParams({ query })}`
  const answer = (await (await fetch(url)).json()) as {
    readonly error?: string
    readonly data?: { readonly resultType: string; readonly result: readonly unknown[] }
  }
  if (answer.error !== undefined || !answer.data) throw new Error(answer.error ?? 'no answer')
  return answer.data.resultType === 'scalar' ? 1 : answer.data.result.length
}

/** As the Infinity data source does: the request, then the rows that JSONata makes of the answer. */
async function askApi(hmiUrl: string, { query, rows = '$' }: AskedQuery): Promise<number> {
  const ids = await rowsOf(
    hmiUrl,
    '{ points(first: 2) { edges { node { id } } } }',
    'data.points.edges.node.id',
  )
  const now = Date.now()
  const graphql = query
    .replaceAll(/\$\{point:json\}/g, JSON.stringify(ids))
    .replaceAll(/\$\{source:json\}/g, '"**"')
    .replaceAll(/\$\{search:json\}/g, '""')
    .replaceAll(/\$priority\b/g, 'TRACE')
    .replaceAll(/\$\{__from:date:iso\}/g, new Date(now - 3_600_000).toISOString())
    .replaceAll(/\$\{__to:date:iso\}/g, new Date(now).toISOString())
  return (await rowsOf(hmiUrl, graphql, rows)).length
}

async function rowsOf(hmiUrl: string, query: string, rows: string): Promise<readonly unknown[]> {
  const response = await fetch(`${hmiUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  const answer = (await response.json()) as { errors?: readonly { message: string }[] }
  if (answer.errors) throw new Error(answer.errors.map(({ message }) => message).join('; '))
  const found: unknown = await jsonata(rows).evaluate(answer)
  return Array.isArray(found) ? found : found === undefined ? [] : [found]
}

if (import.meta.main) {
  const [prometheusUrl = 'http://127.0.0.1:9090', hmiUrl] = process.argv.slice(2)
  const say = (line: string) => process.stdout.write(`${line}\n`)
  await checkQueries(prometheusUrl, say, hmiUrl).catch((error: unknown) => {
    say(String(error))
    process.exitCode = 1
  })
}
