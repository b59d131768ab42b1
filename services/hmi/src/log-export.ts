import { Readable } from 'node:stream'
import { compileLogFilter, type LogFilter, type LogSearch } from '@mla/archive'
import { formatTime, type LogRecord, MlaError, parseTime } from '@mla/model'
import type { FastifyInstance } from 'fastify'
import type { Admitted } from './access/admission.ts'
import { refuse } from './access/refuse.ts'
import { fieldsOf, rawOf } from './graphql/logs.ts'
import type { LogPages } from './log-pages.ts'

const columns = [
  ...['id', 'time', 'receivedTime', 'priority', 'source', 'host', 'process', 'thread', 'file'],
  ...['line', 'routine', 'audience', 'message', 'fields', 'raw'],
] as const

/**
 * `GET /logs/export?from=…&to=…&format=ndjson|csv&order=oldest|newest&filter={…}`: the whole range,
 * that of the last moments included, streamed as fast as it is taken.
 */
export function serveLogExport(
  app: FastifyInstance,
  { pages, admitted }: { pages: Pick<LogPages, 'stream'>; admitted: Admitted },
): void {
  app.get('/logs/export', async (request, reply) => {
    const stopped = new AbortController()
    reply.raw.on('close', () => stopped.abort())
    try {
      admitted(request)
      const query = new URL(request.url, 'http://hmi').searchParams
      const format = query.get('format') ?? 'ndjson'
      if (format !== 'ndjson' && format !== 'csv') {
        throw new MlaError('QUERY_INVALID', 'format: ndjson or csv')
      }
      const lines = linesOf(pages, searchOf(query, stopped.signal), format === 'csv')
      const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
      return reply
        .header('content-type', type)
        .header('content-disposition', `attachment; filename="logs.${format}"`)
        .send(Readable.from(lines, { objectMode: false }))
    } catch (error) {
      return refuse(reply, error)
    }
  })
}

function searchOf(query: URLSearchParams, signal: AbortSignal): LogSearch {
  const time = (name: string, otherwise: number): number => {
    const text = query.get(name)
    return text === null ? otherwise : parseTime(text)
  }
  const filter = filterOf(query.get('filter') ?? '{}')
  compileLogFilter(filter)
  return {
    from: time('from', Number.MIN_SAFE_INTEGER),
    to: time('to', Number.MAX_SAFE_INTEGER),
    order: query.get('order') === 'newest' ? 'newest' : 'oldest',
    ...{ filter, signal },
  }
}

function filterOf(text: string): LogFilter {
  try {
    const filter: unknown = JSON.parse(text)
    if (typeof filter === 'object' && filter !== null && !Array.isArray(filter)) return filter
  } catch {
    // Told below.
  }
  throw new MlaError('QUERY_INVALID', 'filter: write a LogFilter as JSON')
}

async function* linesOf(
  pages: Pick<LogPages, 'stream'>,
  search: LogSearch,
  isCsv: boolean,
): AsyncIterable<string> {
  if (isCsv) yield `${columns.join(',')}\r\n`
  for await (const page of pages.stream(search)) {
    yield page.map(isCsv ? csvOf : (record) => `${JSON.stringify(shown(record))}\n`).join('')
  }
}

const shown = (record: LogRecord): Record<string, unknown> => ({
  ...record,
  time: formatTime(record.time),
  receivedTime: formatTime(record.receivedTime),
  fields: fieldsOf(record),
  raw: rawOf(record),
})

function csvOf(record: LogRecord): string {
  const values = shown(record)
  const cells = columns.map((name) => {
    const value = values[name]
    return cellOf(name === 'fields' && value ? JSON.stringify(value) : String(value ?? ''))
  })
  return `${cells.join(',')}\r\n`
}

/** RFC 4180; what a spreadsheet would take for a formula gets an apostrophe in front. */
export function cellOf(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
