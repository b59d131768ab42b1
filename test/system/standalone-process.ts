import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { until } from './system.ts'

export interface StandaloneSettings {
  readonly data: string
  /** Of the page, the simulator and its control. */
  readonly ports: readonly number[]
  /** The example's, where it is not said. */
  readonly cdb?: string
}

export interface ShownSample {
  readonly point: string
  readonly time: string
  readonly value: unknown
}

/** The system as `npm start` runs it, and what a user does with it. */
export interface Standalone extends AsyncDisposable {
  readonly url: string
  /** The simulator's control interface. */
  readonly control: string
  ask<T>(query: string, variables: object): Promise<T>
  history(point: string, fromMicros: number): Promise<readonly ShownSample[]>
  /** Values as they come over WebSocket. */
  subscribe(point: string): AsyncIterable<readonly ShownSample[]>
  simulatorPid(): Promise<number>
  /** Resolves with the exit code when it is gone. */
  stop(signal: 'SIGINT' | 'SIGKILL'): Promise<number | null>
}

const root = join(import.meta.dirname, '../..')

/** The arguments of Node in the start command; the rest of it installs. */
function startArguments(): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const [, args] = /exec node_modules\/node\/bin\/node (.+)$/.exec(scripts.start) ?? []
  if (args === undefined) throw new Error(`not understood: ${scripts.start}`)
  return args.split(' ')
}

function run({ data, ports, cdb }: StandaloneSettings, env: Readonly<Record<string, string>> = {}) {
  const [http, opcua, control] = ports.map(String)
  const child = spawn(process.execPath, startArguments(), {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      MLA_HTTP_PORT: http,
      MLA_OPCUA_PORT: opcua,
      MLA_SIMULATOR_CONTROL_PORT: control,
      MLA_DATA: data,
      ...(cdb === undefined ? {} : { MLA_CDB: cdb }),
      ...env,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000)
    })
  }
  return { child, output: () => output }
}

/** Starts it with settings that it should refuse; what it says and how it ends. */
export async function refusalOf(
  settings: StandaloneSettings,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const { child, output } = run(settings, env)
  await using _end = { [Symbol.asyncDispose]: async () => void child.kill('SIGKILL') }
  const [code] = await once(child, 'close')
  return { code, output: output() }
}

export async function startStandalone(settings: StandaloneSettings): Promise<Standalone> {
  const { child, output } = run(settings)
  const [http, , control] = settings.ports
  const url = `http://127.0.0.1:${http}`
  try {
    await until(
      'the system to be ready',
      async () => {
        if (!isRunning(child)) throw new Error(`it ended:\n${output()}`)
        return (await fetch(`${url}/health/ready`)).ok
      },
      90_000,
    )
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }

  async function ask<T>(query: string, variables: object): Promise<T> {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = (await answer.json()) as { data: T; errors?: unknown }
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  async function stop(signal: 'SIGINT' | 'SIGKILL'): Promise<number | null> {
    if (!isRunning(child)) return child.exitCode
    const exit = once(child, 'exit')
    child.kill(signal)
    const [code] = await exit
    return code
  }

  return {
    url,
    control: `http://127.0.0.1:${control}`,
    ask,
    async history(point, fromMicros) {
      const query = `query ($points: [ID!]!, $from: DateTime!, $to: DateTime!) {
        history(points: $points, from: $from, to: $to, maxPoints: 10000) {
          samples { point time value } } }`
      const [from, to] = [fromMicros / 1000, Date.now()].map((ms) => new Date(ms).toISOString())
      const { history } = await ask<{ history: [{ samples: ShownSample[] }] }>(query, {
        ...{ points: [point], from, to },
      })
      return history[0].samples
    },
    async *subscribe(point) {
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
      })
      try {
        const query =
          'subscription ($points: [ID!]!) { samples(points: $points) { point time value } }'
        const answers = client.iterate<{ samples: ShownSample[] }>({
          query,
          variables: { points: [point] },
        })
        for await (const { data } of answers) yield data?.samples ?? []
      } finally {
        await client.dispose()
      }
    },
    async simulatorPid() {
      const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
      return Number(children.trim().split(' ')[0])
    },
    stop,
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL')
    },
  }
}

const isRunning = (child: ChildProcess): boolean =>
  child.exitCode === null && child.signalCode === null

/** A folder with these files, until it is disposed of. */
export async function temporaryFolder(files: Readonly<Record<string, string>> = {}) {
  const path = mkdtempSync(join(tmpdir(), 'mla-standalone-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  return {
    path,
    async listenOn(port: number): Promise<AsyncDisposable> {
      const server = createServer().listen(port, '127.0.0.1')
      await once(server, 'listening')
      return { [Symbol.asyncDispose]: async () => void server.close() }
    },
    async [Symbol.asyncDispose]() {
      rmSync(path, { recursive: true, force: true })
    },
  }
}
