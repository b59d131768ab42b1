import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import { pages } from './pages.ts'

/** The page's test double of the API: the Contract's four operations on made-up signals. */
export interface FakeApi extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** The variables of every history request, newest last. */
  readonly histories: readonly HistoryRequest[]
  /** Points that the open subscriptions ask for at this moment. */
  readonly watched: () => ReadonlySet<string>
  /** How many subscriptions were ever opened. */
  readonly subscriptions: () => number
}

export interface HistoryRequest {
  readonly points: readonly string[]
  readonly from: string
  readonly to: string
  readonly max: number
}

interface FakePoint {
  readonly id: string
  readonly description: string
  readonly unit: string | null
  readonly type: string
  readonly intervalMs: number
  readonly enumeration: readonly { readonly code: number; readonly name: string }[] | null
}

const kinds: readonly [name: string, description: string, unit: string | null, type: string][] = [
  ['Temperature', 'Temperature of the unit', 'degC', 'double'],
  ['Voltage', 'Supply voltage', 'V', 'float'],
  ['Current', 'Supply current', 'A', 'float'],
  ['State', 'State of the controller', null, 'enum'],
  ['Enabled', 'Output is enabled', null, 'boolean'],
  ['Counter', 'Cycles since power-on', null, 'uint32'],
]

const states = ['OFF', 'STANDBY', 'READY', 'FAULT']

/** `count` points in nine telescopes, 37 units of six points in each of ten subsystems. */
export function fakePoints(count: number): readonly FakePoint[] {
  const points: FakePoint[] = []
  for (let i = 0; points.length < count; i++) {
    const [name, description, unit, type] = kinds[i % kinds.length] ?? kinds[0] ?? ['', '', '', '']
    const device = Math.floor(i / kinds.length)
    const telescope = `MST-${String((device % 9) + 1).padStart(2, '0')}`
    const group = Math.floor(device / 9)
    const subsystem = ['Camera', 'Mount', 'Mirror', 'Power', 'Chiller'][group % 5]
    const id = `${telescope}/${subsystem}/Unit${Math.floor(group / 5) + 1}/${name}`
    const enumeration = type === 'enum' ? states.map((name, code) => ({ code, name })) : null
    points.push({ id, description, unit, type, intervalMs: 1000, enumeration })
  }
  return points
}

const seedOf = (id: string): number => {
  let seed = 7
  for (let i = 0; i < id.length; i++) seed = (seed * 31 + id.charCodeAt(i)) % 9973
  return seed
}

/** A point's sample of a whole second: a few are BAD, a few UNCERTAIN, one a minute is a gap. */
function sampleAt({ id, type }: FakePoint, second: number): Readonly<Record<string, unknown>> {
  const seed = seedOf(id)
  const code = seed % 997 === 5 ? 0x808c0000 : seed % 613 === 7 ? 0x40900000 : 0
  const isGap = seed % 17 === 3 && second % 60 < 5
  const status = isGap ? 0x80310000 : code
  const wave = Math.sin((second + seed) / (10 + (seed % 50)))
  const state = Math.floor((second / 20 + seed) % states.length)
  const spike = second % 97 === 0 ? 9 : 0
  const values: Readonly<Record<string, unknown>> = {
    enum: state,
    boolean: (Math.floor(second / 15) + seed) % 2 === 0,
    uint32: second % 100_000,
  }
  return {
    point: id,
    time: new Date(second * 1000).toISOString(),
    value: isGap ? null : (values[type] ?? 20 + (seed % 30) + 3 * wave + spike),
    text: type === 'enum' && !isGap ? states[state] : null,
    quality: status === 0 ? 'GOOD' : status >>> 30 === 1 ? 'UNCERTAIN' : 'BAD',
    status,
    missed: 0,
  }
}

const now = (): number => Math.floor(Date.now() / 1000)

function historyOf(point: FakePoint, from: number, to: number, max: number): unknown {
  const seconds = Math.floor(to - from)
  if (seconds <= max) {
    const samples = []
    const end = Math.min(to, now() + 1)
    for (let s = Math.ceil(from); s < end; s++) samples.push(sampleAt(point, s))
    return { point: point.id, tier: 'raw', samples, buckets: null }
  }
  const width = Math.ceil(seconds / max / 10) * 10
  const buckets = []
  for (let s = Math.ceil(from / width) * width; s < Math.min(to, now()); s += width) {
    const last = sampleAt(point, s)['value']
    const mean = typeof last === 'number' ? last : null
    const [min, max] = mean === null ? [null, null] : [mean - 2, mean + (s % 7 === 0 ? 9 : 2)]
    const time = new Date(s * 1000).toISOString()
    buckets.push({ time, count: width, min, max, mean, last })
  }
  return { point: point.id, tier: `${width}s`, samples: null, buckets }
}

/** Serves the real pages and the made-up API on a port of 127.0.0.1; 0 takes a free one. */
export async function startFakeApi(count: number, port = 0): Promise<FakeApi> {
  const points = fakePoints(count)
  const byId = new Map(points.map((point) => [point.id, point]))
  const histories: HistoryRequest[] = []
  const watches = new Map<WebSocket, Map<string, readonly FakePoint[]>>()
  let subscriptions = 0
  const known = (ids: readonly string[]): FakePoint[] => ids.flatMap((id) => byId.get(id) ?? [])

  const app = fastify({ bodyLimit: 8 * 1024 * 1024, forceCloseConnections: true })
  await pages(app, { title: 'Test array' })
  app.get('/auth/state', () => ({ mode: 'off', setup: false, user: null, csrf: null }))
  app.post<{ Body: { query: string; variables: Record<string, never> } }>('/graphql', (request) => {
    const { query, variables } = request.body
    if (/oints\((match|first)/.test(query)) return { data: { points: pageOf(points, variables) } }
    if (query.includes('Named(')) {
      const nodes = known(variables['ids'] ?? [])
      return { data: { points: { edges: nodes.map((node) => ({ node })) } } }
    }
    if (query.includes('notes(')) return { data: { notes: [], actions: { edges: [] } } }
    if (query.includes('{ views')) return { data: { views: [] } }
    if (/(Latest|Qualities)\(/.test(query))
      return { data: { latest: known(variables['points'] ?? []).map((p) => sampleAt(p, now())) } }
    if (query.includes('{ alarms')) return { data: { alarms: [] } }
    const wanted = variables as unknown as HistoryRequest
    histories.push(wanted)
    const [from, to] = [Date.parse(wanted.from) / 1000, Date.parse(wanted.to) / 1000]
    return {
      data: { history: known(wanted.points).map((p) => historyOf(p, from, to, wanted.max)) },
    }
  })
  await app.listen({ host: '127.0.0.1', port })

  const sockets = new WebSocketServer({
    server: app.server,
    path: '/graphql',
    handleProtocols: () => 'graphql-transport-ws',
  })
  const sendSamples = (socket: WebSocket, id: string, wanted: readonly FakePoint[]): void => {
    const samples = wanted.map((point) => sampleAt(point, now()))
    socket.send(JSON.stringify({ type: 'next', id, payload: { data: { samples } } }))
  }
  sockets.on('connection', (socket) => {
    const own = new Map<string, readonly FakePoint[]>()
    watches.set(socket, own)
    socket.on('close', () => watches.delete(socket))
    socket.on('message', (data) => {
      const { type, id, payload } = JSON.parse(String(data))
      if (type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }))
      if (type === 'ping') socket.send(JSON.stringify({ type: 'pong' }))
      if (type === 'complete') own.delete(id)
      // No alarm waits for anybody.
      if (type !== 'subscribe' || payload.query.includes('alarms')) return
      subscriptions++
      own.set(id, known(payload.variables.points))
      sendSamples(socket, id, own.get(id) ?? [])
    })
  })
  const timer = setInterval(() => {
    for (const [socket, own] of watches)
      for (const [id, wanted] of own) sendSamples(socket, id, wanted)
  }, 1000)

  const address = app.server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}/`,
    port: address.port,
    histories,
    subscriptions: () => subscriptions,
    watched: () =>
      new Set([...watches.values()].flatMap((own) => [...own.values()].flat()).map((p) => p.id)),
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      for (const socket of sockets.clients) socket.terminate()
      await app.close()
    },
  }
}

function pageOf(
  points: readonly FakePoint[],
  { first, after }: { readonly first?: number; readonly after?: string | null },
): unknown {
  const begin = after ? Number(after) + 1 : 0
  const nodes = points.slice(begin, begin + (first ?? 100))
  const last = begin + nodes.length - 1
  return {
    totalCount: points.length,
    edges: nodes.map((node) => ({ node })),
    pageInfo: { hasNextPage: last + 1 < points.length, endCursor: String(last) },
  }
}
