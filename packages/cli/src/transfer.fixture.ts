import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { awkwardSamples } from '@mla/archive/conformance'
import {
  formatTime,
  matchesGlob,
  parseTime,
  type Sample,
  timeOf,
  writeSampleStream,
} from '@mla/model'

const observatory = fileURLToPath(new URL('../../../cdb', import.meta.url))
export const start = Date.UTC(2026, 10, 19, 22) * 1000
const ids = ['Tel01/A', 'Tel01/B', 'Tel02/C']

/** Every kind of value, over and over, around midnight. */
export const samples = ids.flatMap((point) =>
  Array.from({ length: 210 }, (_, i): Sample => {
    const time = start + i * 60_000_000 + i
    const [, awkward] = awkwardSamples[i % awkwardSamples.length] ?? ['', {}]
    return {
      ...{ point, sourceTime: null, serverTime: time, collectedTime: time + 5, type: 'double' },
      ...{ value: 1.5, text: null, status: i % 50 === 0 ? 0x80310000 : 0, ...awkward },
      ...(i % 9 === 0 ? {} : { sourceTime: time }),
    }
  }),
)
export const samplesOf = (point: string): readonly Sample[] =>
  samples.filter((one) => one.point === point)

/** An HMI with these samples. `breaks` is how many downloads from then on end before their end. */
export async function openHmi(held: readonly Sample[] = samples, more = { intervalMs: 60_000 }) {
  const ids = [...new Set(held.map(({ point }) => point))]
  const state = { breaks: 0, isExpired: false }
  const asked: string[][] = []
  const within = (point: string, from: string | null, to: string | null) =>
    held.filter((one) => {
      if (one.point !== point) return false
      const time = timeOf(one)
      return time >= parseTime(from ?? '') && time < parseTime(to ?? '')
    })
  const answer = (query: string, variables: Record<string, unknown>) => {
    if (query.includes('points(match')) {
      const match = String(variables['match'])
      const edges = ids
        .filter((id) => id === match || matchesGlob(match, id))
        .map((id) => ({ node: { id, type: 'double', unit: 'deg', description: null, ...more } }))
      return { points: { edges, totalCount: edges.length, pageInfo: { hasNextPage: false } } }
    }
    const [from, to] = [variables['from'], variables['to']].map(String)
    const history = (variables['points'] as string[]).map((point) => {
      const count = within(point, from ?? null, to ?? null).length
      return count > 1
        ? { point, tier: '1h', samples: null, buckets: [{ count }] }
        : { point, tier: 'raw', samples: Array(count).fill({}), buckets: null }
    })
    return { history }
  }
  async function* download(params: URLSearchParams) {
    const points = params.get('points')?.split(',') ?? []
    asked.push(points)
    async function* pages() {
      for (const point of points)
        yield state.isExpired ? [] : within(point, params.get('from'), params.get('to'))
    }
    for await (const frame of writeSampleStream(pages())) {
      if (state.breaks > 0 && frame.length === 4) {
        state.breaks -= 1
        throw new Error('broken')
      }
      yield frame
    }
  }
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://hmi')
    if (pathname === '/download') {
      const stream = Readable.from(download(searchParams))
      stream.on('error', () => response.destroy())
      stream.pipe(response)
      return
    }
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () => {
      const { query, variables } = JSON.parse(body)
      response.end(JSON.stringify({ data: answer(query, variables) }))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return {
    asked,
    state,
    env: { MLA_URL: `http://127.0.0.1:${port}`, MLA_CDB: observatory },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

export const range = ['--from', formatTime(start), '--to', formatTime(start + 13_000_000_000)]
