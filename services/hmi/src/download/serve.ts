import { Readable } from 'node:stream'
import { type Micros, MlaError, type PointId, parseTime } from '@mla/model'
import type { FastifyInstance } from 'fastify'
import type { Actions } from '../access/actions.ts'
import type { Admitted } from '../access/admission.ts'
import { refuse } from '../access/refuse.ts'
import { type Catalogue, pageOf } from '../catalogue.ts'
import { formats } from './formats.ts'
import { type RowsParts, samplesOf, samplesOfMany } from './rows.ts'

export interface DownloadParts extends RowsParts {
  readonly catalogue: () => Catalogue
  readonly admitted: Admitted
  readonly actions: Actions
  readonly now: () => Micros
}

const mostPoints = 25_000
/** Each holds a page of the archive, and its client may be slow. */
const mostAtOnce = 8

/**
 * `GET /download?points=A,B&match=…&from=…&to=…&format=csv|ndjson|json|parquet`: all samples of the
 * range, one point after the other, streamed as fast as they are taken. A file that ends early
 * ends with a broken connection, never as if it were whole.
 */
export function serveDownload(app: FastifyInstance, parts: DownloadParts): void {
  const { admitted, actions } = parts
  let running = 0
  app.get('/download', async (request, reply) => {
    try {
      const { user, from: address } = admitted(request)
      const query = new URL(request.url, 'http://hmi').searchParams
      const format = formats[query.get('format') ?? 'csv']
      if (!format) throw invalid(`format: ${Object.keys(formats).join(', ')}`)
      const points = pointsOf(query, parts.catalogue())
      const from = timeOf(query, 'from', null)
      const to = timeOf(query, 'to', parts.now())
      if (from >= to) throw invalid('from must lie before to')
      if (running >= mostAtOnce) {
        throw new MlaError('RATE_LIMITED', `${running} downloads are running; try again`)
      }
      actions.record({
        ...{ action: 'download', user: user.name, role: user.role, from: address },
        ...{ outcome: 'done', arguments: `${points.length} points, ${query.get('from')} on` },
      })
      running++
      reply.raw.once('close', () => running--)
      const read = format.isOrdered ? samplesOf : samplesOfMany
      const pages = read(parts, points, { from, to })
      return reply
        .header('content-type', format.mediaType)
        .header('content-disposition', `attachment; filename="samples.${format.extension}"`)
        .send(Readable.from(format.write(pages), { objectMode: false }))
    } catch (error) {
      return refuse(reply, error)
    }
  })
}

function pointsOf(query: URLSearchParams, catalogue: Catalogue): readonly PointId[] {
  const named = (query.get('points') ?? '').split(',').filter(Boolean)
  const match = query.get('match')
  const found = match ? pageOf(catalogue, match, mostPoints + 1, null).points : []
  const points = [...new Set([...named, ...found.map(({ id }) => id)])]
  if (points.length === 0) throw invalid('points or match: name at least one point')
  if (points.length <= mostPoints) return points
  throw new MlaError('QUERY_TOO_LARGE', `at most ${mostPoints} points may be asked for at once`)
}

function timeOf(query: URLSearchParams, name: string, otherwise: Micros | null): Micros {
  const text = query.get(name)
  if (text !== null) return parseTime(text)
  if (otherwise !== null) return otherwise
  throw invalid(`${name}: an RFC 3339 time`)
}

const invalid = (message: string): MlaError => new MlaError('QUERY_INVALID', message)
