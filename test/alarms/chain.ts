import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type Iasio, noProperties, noStamps, wireOf } from '@mla/alarm'
import { alarmDispatcherEnv, runAlarmDispatcher } from '@mla/alarm-dispatcher'
import { runSupervisor, supervisorEnv } from '@mla/alarm-supervisor'
import { openDuckdb } from '@mla/archive/duckdb'
import { alarmBsdb } from '@mla/bus'
import { createMemoryBus } from '@mla/bus/memory'
import { buildCdb, type LoadResult } from '@mla/cdb'
import { hmiConfig, runHmi } from '@mla/hmi'
import { createHealth, createMetrics, createRegistry, type Life, silentLog } from '@mla/kit'
import { microsOfMillis } from '@mla/model'
import { WebSocket } from 'ws'

export const now = () => microsOfMillis(Date.now())

const file = (name: string, text: string) => ({
  ...{ file: `alarms/${name}.yaml`, kind: 'alarms' as const, name, text },
})

/**
 * `T<n>` above 10 sets `Hot<n>`; odd ones may not be shelved. `Hot1` is told to others when nobody sees it at
 * once, `Hot2` follows from `Hot0`.
 */
export function cdbOf(alarms: number): LoadResult {
  const numbers = Array.from({ length: alarms }, (_, n) => n)
  const result = buildCdb(
    [
      file('ias', 'refreshRate: 1\nvalidityThreshold: 3600\nhbFrequency: 1\nbsdbUrl: a:9092\n'),
      file(
        'SUPERVISOR/Sup',
        `id: Sup\nhostName: h\ndasusToDeploy:\n${numbers.map((n) => `  - dasuId: D${n}\n`).join('')}`,
      ),
      ...numbers.flatMap((n) => [
        file(`DASU/D${n}`, `id: D${n}\nasceIDs: [A${n}]\noutputId: Hot${n}\n`),
        file(
          `ASCE/A${n}`,
          `id: A${n}\ndasuID: D${n}\noutputID: Hot${n}\ninputIDs: [T${n}]\n` +
            'transferFunctionID: MinMaxThreshold\nprops:\n  - {name: highOn, value: 10}\n' +
            '  - {name: mla.guidance, value: Cool it}\n' +
            (extras[n] ?? ''),
        ),
      ]),
      file(
        'IASIO/iasios',
        numbers
          .map(
            (n) =>
              `- {id: T${n}, iasType: DOUBLE, shortDesc: Temperature ${n}}\n` +
              `- {id: Hot${n}, iasType: ALARM, shortDesc: Too hot ${n}, canShelve: ${n % 2 === 0}, docUrl: "http://doc/${n}"}\n`,
          )
          .join(''),
      ),
    ],
    {},
  )
  assert.ok(result.ok, JSON.stringify(!result.ok && result.problems))
  return result
}

const extras: Readonly<Record<number, string>> = {
  1: '  - {name: mla.escalateAfter, value: 100ms}\n',
  2: '  - {name: mla.causedBy, value: Hot0}\n',
}

async function* only(one: LoadResult, signal: AbortSignal): AsyncGenerator<LoadResult, void> {
  yield one
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Something like Alertmanager, that remembers what it was told. */
export async function openFakeAlertmanager() {
  const alerts = new Map<string, Record<string, unknown>>()
  const silences = new Map<string, Record<string, unknown>>()
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const path = request.url ?? ''
      let answer: unknown = {}
      if (path.endsWith('/alerts')) {
        for (const alert of JSON.parse(body)) alerts.set(JSON.stringify(alert.labels), alert)
      } else if (path.endsWith('/silences') && request.method === 'POST') {
        const id = `s${silences.size}`
        silences.set(id, { ...JSON.parse(body), id, status: { state: 'active' } })
        answer = { silenceID: id }
      } else if (path.endsWith('/silences')) answer = [...silences.values()]
      else silences.delete(path.split('/').at(-1) ?? '')
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    alerts,
    silences,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export interface Answer {
  readonly data: Record<string, unknown> | null
  readonly errors?: readonly {
    readonly message: string
    readonly extensions: { readonly code: string }
  }[]
}

/** Supervisor, dispatcher, archive and HMI in one process, on the bus in memory. */
export async function openChain(alarms: number, alertmanager = '') {
  const bus = createMemoryBus()
  const rules = { maxRows: 0, maxWaitMs: 0 }
  const archive = await openDuckdb(
    { path: ':memory:' },
    { classes: [], classOf: () => 'standard', rules },
  )
  const stop = new AbortController()
  const { signal } = stop
  const registry = createRegistry()
  const life = (name: string, ends = signal): Life => ({
    ...{ name, instance: `${name}@test:1`, log: silentLog, signal: ends },
    ...{ metrics: createMetrics(name, registry), health: createHealth() },
  })
  const superviseUntilStopped = () => {
    const stopped = new AbortController()
    const ends = AbortSignal.any([signal, stopped.signal])
    const settings = supervisorEnv.parse({})
    const parts = { bus, cdb: only(cdb, ends), settings }
    return { stopped, running: runSupervisor(parts, life('alarm-supervisor', ends)) }
  }
  const cdb = cdbOf(alarms)
  const listening = Promise.withResolvers<number>()
  const hmi = life('hmi')
  const running = Promise.all([
    runAlarmDispatcher(
      {
        ...{ bus, archive, cdb: only(cdb, signal) },
        settings: alarmDispatcherEnv.parse({
          MLA_ALERTMANAGER_URL: alertmanager,
          MLA_ALERTMANAGER_SECONDS: '0.2',
        }),
      },
      life('alarm-dispatcher'),
    ),
    runHmi(
      {
        ...{ bus, archive, cdb: only(cdb, signal), listening: listening.resolve },
        settings: hmiConfig.parse({ MLA_HTTP_PORT: '0', MLA_ALERTMANAGER_URL: alertmanager }),
      },
      hmi,
    ),
  ])
  running.catch(listening.reject)
  const url = `http://127.0.0.1:${await listening.promise}`
  let supervisor = superviseUntilStopped()
  let offset = 0
  return {
    ...{ bus, archive, url },
    async restartSupervisor(): Promise<void> {
      supervisor.stopped.abort()
      await supervisor.running
      supervisor = superviseUntilStopped()
    },
    /** Values of `T<n>`, as the converter sends them. */
    async send(values: Readonly<Record<string, number>>): Promise<void> {
      const records = Object.entries(values).map(([id, value]) => {
        const iasio: Iasio = {
          ...{
            id,
            fullRunningId: `(M:MONITORED_SOFTWARE_SYSTEM)@(P:PLUGIN)@(C:CONVERTER)@(${id}:IASIO)`,
          },
          ...{ type: 'DOUBLE', value, mode: 'OPERATIONAL', validity: 'RELIABLE' },
          ...{ stamps: { ...noStamps, production: now() }, dependencies: [] },
          properties: noProperties,
        }
        const record = { producer: 'c', epoch: 0, sequence: offset++, values: [wireOf(iasio)] }
        return { key: id, record }
      })
      await bus.publish(alarmBsdb, records)
    },
    async query(text: string, variables: Record<string, unknown> = {}): Promise<Answer> {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: text, variables }),
      })
      return (await response.json()) as Answer
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await Promise.all([running, supervisor.running])
      await archive[Symbol.asyncDispose]()
      await bus[Symbol.asyncDispose]()
    },
  }
}

/** What a subscription sends, message by message. */
export async function subscribe(url: string, query: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const waiting: Record<string, unknown>[] = []
  let wake = () => {}
  socket.on('message', (data) => {
    const message = JSON.parse(String(data))
    if (message.type === 'connection_ack') {
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }))
    } else if (message.type !== 'ping') {
      waiting.push(message)
      wake()
    }
  })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.send(JSON.stringify({ type: 'connection_init' }))
  return {
    async next(): Promise<readonly Record<string, unknown>[]> {
      for (;;) {
        const message = waiting.shift()
        if (message) {
          assert.equal(message['type'], 'next', JSON.stringify(message))
          const { data } = message['payload'] as { data: { alarms: Record<string, unknown>[] } }
          return data.alarms
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    async [Symbol.asyncDispose]() {
      socket.terminate()
    },
  }
}
