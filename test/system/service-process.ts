import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** One of our services as a process, run as a container runs it. */
export interface ServiceProcess extends AsyncDisposable {
  readonly name: string
  /** Where it answers health and metrics. */
  readonly url: string
  /** Starts it, also again after an end; resolves when it says that it is ready. */
  start(): Promise<void>
  /** SIGTERM; resolves with the exit code when it is gone. */
  stop(): Promise<number | null>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** CPU of all its lives so far, in seconds. */
  cpuSeconds(): number
  /** The most memory it has taken, in MB (VmHWM of the present life). */
  peakMegabytes(): number
  /** One of its metrics, summed over labels that match; 0 where it is not there. */
  metric(name: string, labels?: string): Promise<number>
}

export interface ServiceSettings {
  readonly name: string
  /** In services/, where it is not called so. */
  readonly program?: string
  readonly env: Readonly<Record<string, string>>
  /** Where its health is answered. */
  readonly healthPort: number
  readonly logFolder: string
  readonly readyWithinMs?: number
  /** More flags of Node, for a look at what it does. */
  readonly flags?: readonly string[]
}

const root = join(import.meta.dirname, '../..')

/** Node with the flags that it has in a container. */
const boundedNode = join(root, 'compose', 'node.sh')
/** glibc's memory of each thread grows by itself: one for all saves some 30 MB a service. */
const allocation = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' }
const clockTicks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

export function createServiceProcess(settings: ServiceSettings): ServiceProcess {
  const { name, env, healthPort, logFolder, readyWithinMs = 90_000 } = settings
  const url = `http://127.0.0.1:${healthPort}`
  let child: ChildProcess | null = null
  let spent = 0
  let peak = 0

  const isRunning = () => child !== null && child.exitCode === null && child.signalCode === null
  const note = () => {
    if (child?.pid !== undefined && isRunning()) peak = Math.max(peak, peakOf(child.pid))
  }

  async function start(): Promise<void> {
    // The simulator's address space of 20,000 nodes needs more, and is not ours to bound.
    const node = name === 'opcua-simulator' ? process.execPath : boundedNode
    const log = createWriteStream(join(logFolder, `${name}.log`), { flags: 'a' })
    await once(log, 'open')
    const started = spawn(
      node,
      [
        ...(settings.flags ?? []),
        join(root, 'services', settings.program ?? name, 'src', 'main.ts'),
      ],
      {
        cwd: root,
        stdio: ['ignore', log, log, 'ipc'],
        env: {
          PATH: process.env['PATH'] ?? '',
          MLA_NODE: process.execPath,
          NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
          ...allocation,
          ...env,
          MLA_HEALTH_PORT: String(healthPort),
        },
      },
    )
    child = started
    const deadline = Date.now() + readyWithinMs
    for (;;) {
      const answer = await fetch(`${url}/health/ready`).catch(() => null)
      if (answer?.ok) return
      const report = (await answer?.text()) ?? 'no answer'
      if (!isRunning()) throw new Error(`${name} ended: ${tail(logFolder, name)}`)
      if (Date.now() > deadline) {
        throw new Error(`${name} is not ready: ${report}\n${tail(logFolder, name)}`)
      }
      await delay(100)
    }
  }

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (child === null || !isRunning()) return child?.exitCode ?? null
    note()
    if (child.pid !== undefined) spent += cpuOf(child.pid)
    const exit = once(child, 'exit')
    child.kill(signal)
    const [code] = await exit
    return code
  }

  return {
    name,
    url,
    start,
    stop: () => end('SIGTERM'),
    async kill() {
      await end('SIGKILL')
    },
    cpuSeconds: () => spent + (child?.pid !== undefined && isRunning() ? cpuOf(child.pid) : 0),
    peakMegabytes() {
      note()
      return peak
    },
    async metric(metric, labels = '') {
      if (!isRunning()) throw new Error(`${name} has ended: ${tail(logFolder, name)}`)
      const text = await (await fetch(`${url}/metrics`)).text()
      return text
        .split('\n')
        .filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `))
        .filter((line) => line.includes(labels))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
    },
    async [Symbol.asyncDispose]() {
      await end('SIGKILL')
    },
  }
}

/** User and system time of a process (proc(5), fields 14 and 15 of stat), in seconds. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / clockTicks
}

/** The most memory that a process has taken (proc(5), VmHWM), in MB. */
export function peakOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
}

const tail = (folder: string, name: string): string =>
  readFileSync(join(folder, `${name}.log`), 'utf8')
    .split('\n')
    .slice(-15)
    .join('\n')
