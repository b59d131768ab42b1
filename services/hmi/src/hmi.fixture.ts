import { monSamples } from '@mla/bus'
import { createMemoryBus, type MemoryBus } from '@mla/bus/memory'
import { type Cdb, type LoadResult, noLogs, type Point } from '@mla/cdb'
import { createCdbStore } from '@mla/control'
import { createHealth, createMetrics, createRegistry, silentLog } from '@mla/kit'
import type { Sample, Value, ValueType } from '@mla/model'
import { WebSocket } from 'ws'
import { hmiConfig } from './config.ts'
import { createFakeArchive, type FakeArchive } from './hmi.fake-archive.ts'
import { runHmi } from './run-hmi.ts'

/** A whole HMI on the bus in memory and a fake archive, as tests use it. */
export interface Fixture extends AsyncDisposable {
  readonly url: string
  readonly bus: MemoryBus
  readonly archive: FakeArchive
  /** Puts samples on the bus as a collector would, as one batch. */
  publish(...samples: readonly Sample[]): Promise<void>
  query<T = Record<string, unknown>>(
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<Answer<T>>
  /** The value of a metric, by its name and labels as Prometheus writes them. */
  metric(name: string): Promise<number>
}

export interface Answer<T> {
  readonly status: number
  readonly data: T
  readonly errors?: readonly {
    readonly message: string
    readonly path?: readonly unknown[]
    readonly extensions: Readonly<Record<string, unknown>>
  }[]
}

export const pointOf = (id: string, more: Partial<Point> = {}): Point => ({
  id,
  description: `what ${id} measures`,
  unit: 'K',
  type: 'double',
  source: 'Server',
  nodeId: `nsu=urn:test;s=${id}`,
  intervalMs: 1000,
  queueSize: 10,
  deadband: null,
  range: null,
  enumeration: null,
  archiveClass: 'standard',
  lane: 0,
  filter: null,
  derived: null,
  signal: null,
  ...more,
})

export const cdbOf = (points: readonly Point[]): Cdb => ({
  version: 'test',
  sources: new Map(),
  points: new Map(points.map((point) => [point.id, point])),
  components: new Map(),
  archiveClasses: new Map([['standard', { name: 'standard', retentionDays: null }]]),
  logs: noLogs,
  alarms: null,
})

export const sampleOf = (
  point: string,
  time: number,
  value: Value,
  type: ValueType = 'double',
  status = 0,
): Sample => ({
  ...{ point, sourceTime: time, serverTime: time, collectedTime: time, type, value, status },
  text: null,
})

interface FixtureSettings {
  readonly points?: readonly Point[]
  readonly archive?: FakeArchive
  readonly environment?: Record<string, string>
  readonly cdb?: AsyncIterable<LoadResult>
  /** With versions of the configuration on its bus. */
  readonly hasVersions?: boolean
}

export async function openHmi({
  points = [],
  archive = createFakeArchive(),
  environment = {},
  cdb = onlyCdb(cdbOf(points)),
  hasVersions = false,
}: FixtureSettings): Promise<Fixture> {
  const bus = createMemoryBus()
  const stop = new AbortController()
  const registry = createRegistry()
  const life = {
    name: 'hmi',
    instance: 'hmi@test',
    log: silentLog,
    metrics: createMetrics('hmi', registry),
    health: createHealth(),
    signal: stop.signal,
  }
  const settings = hmiConfig.parse({ MLA_HTTP_PORT: '0', MLA_LIVE_TICK_MS: '10', ...environment })
  const started = Promise.withResolvers<number>()
  const configurations = hasVersions ? createCdbStore(bus, {}) : null
  const parts = { bus, archive, cdb, settings, configurations, listening: started.resolve }
  const running = runHmi(parts, life)
  running.catch(started.reject)
  const url = `http://127.0.0.1:${await started.promise}`
  while (!life.health.report().ready) await new Promise((resolve) => setImmediate(resolve))
  let sequence = 0

  return {
    ...{ url, bus, archive },
    async publish(...samples) {
      const record = {
        ...{ collector: 'test', epoch: 1, sequence: sequence++, source: 'Server', lane: 'Server' },
        samples,
      }
      await bus.publish(monSamples, [{ key: 'Server', partition: 0, record }])
    },
    async query<T>(query: string, variables?: Record<string, unknown>) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      })
      return { status: response.status, ...((await response.json()) as Omit<Answer<T>, 'status'>) }
    },
    async metric(name) {
      // Tests ask in a loop: let others have their turn.
      await new Promise((resolve) => setImmediate(resolve))
      const line = (await registry.metrics()).split('\n').find((one) => one.startsWith(`${name} `))
      return Number(line?.slice(name.length + 1))
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
      await bus[Symbol.asyncDispose]()
    },
  }
}

export async function* onlyCdb(cdb: Cdb): AsyncIterable<LoadResult> {
  yield { ok: true, cdb, warnings: [] }
}

export interface Message {
  readonly id?: string
  readonly type: string
  readonly payload?: unknown
}

/** A client of graphql-transport-ws without any comfort, so that nothing hides what is sent. */
export interface RawClient extends AsyncDisposable {
  readonly socket: WebSocket
  send(message: unknown): void
  /** The next message there is, waiting for it. Throws when the socket closes before. */
  next(): Promise<Message>
  /** The samples of the next message. */
  samples(): Promise<readonly Record<string, unknown>[]>
  subscribe(id: string, query: string, variables?: Record<string, unknown>): void
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
}

export async function openClient(
  url: string,
  { payload, headers = {} }: { payload?: unknown; headers?: Record<string, string> } = {},
): Promise<RawClient> {
  const address = `${url.replace('http', 'ws')}/graphql`
  const socket = new WebSocket(address, 'graphql-transport-ws', { headers })
  const waiting: Message[] = []
  let wake = () => {}
  const closed = Promise.withResolvers<{ code: number; reason: string }>()
  socket.on('message', (data) => {
    waiting.push(JSON.parse(String(data)))
    wake()
  })
  socket.on('close', (code, reason) => {
    closed.resolve({ code, reason: String(reason) })
    wake()
  })
  socket.on('error', () => {})
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const client: RawClient = {
    socket,
    send: (message) => socket.send(JSON.stringify(message)),
    async next() {
      for (;;) {
        const message = waiting.shift()
        if (message) return message
        if (socket.readyState === socket.CLOSED) throw new Error('the socket is closed')
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    async samples() {
      const { type, payload } = await client.next()
      if (type !== 'next') throw new Error(`${type}: ${JSON.stringify(payload)}`)
      return (payload as { data: { samples: Record<string, unknown>[] } }).data.samples
    },
    subscribe: (id, query, variables) =>
      client.send({ id, type: 'subscribe', payload: { query, variables } }),
    closed: closed.promise,
    async [Symbol.asyncDispose]() {
      socket.terminate()
      await closed.promise
    },
  }
  client.send({ type: 'connection_init', payload })
  await client.next()
  return client
}
