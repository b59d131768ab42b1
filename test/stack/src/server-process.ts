import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { watchOver } from './watchdog.ts'

/** What a test may do to a server. Each is safe to call in any state. */
export interface ServerControl extends AsyncDisposable {
  /** SIGKILL; resolves when the process is gone. Its data stay. */
  kill(): Promise<void>
  /** SIGTERM, and SIGKILL where that does not end it; resolves when the process is gone. */
  stop(): Promise<void>
  /** Starts it again, on the same data and ports; resolves when it is ready. */
  start(): Promise<void>
  /** SIGSTOP: it holds its connections and answers nothing. */
  pause(): void
  /** SIGCONT. */
  resume(): void
  /** The last lines of its log. */
  log(lines?: number): string
}

export interface ServerSettings {
  readonly name: string
  /** Its working directory, which is removed when it is disposed of. */
  readonly folder: string
  readonly command: string
  readonly args: readonly string[]
  /** What it logs when it is ready. */
  readonly ready: RegExp
  /** The same for the first start, where that does more. */
  readonly readyFirst?: RegExp
  readonly startWithinMs: number
  readonly stopWithinMs?: number
}

/** A server as a child process, not started. It ends with this process, however that ends. */
export function createServerProcess(settings: ServerSettings): ServerControl {
  const { name, folder, command, args, ready, readyFirst, startWithinMs } = settings
  const logFile = join(folder, 'server.log')
  const pidFile = join(folder, 'pid')
  let child: ChildProcess | null = null
  watchOver(folder)
  writeFileSync(logFile, '')

  const readLog = (): string => readFileSync(logFile, 'utf8')
  const isRunning = (): boolean =>
    child?.pid !== undefined && child.exitCode === null && child.signalCode === null

  async function start(): Promise<void> {
    if (isRunning()) return
    const before = readLog().length
    const output = openSync(logFile, 'a')
    const started = spawn(command, args, {
      cwd: folder,
      stdio: ['ignore', output, output],
      detached: true,
    })
    closeSync(output)
    child = started
    let failure: Error | null = null
    started.once('error', (error) => {
      failure = error
    })
    started.once('exit', () => rmSync(pidFile, { force: true }))
    if (started.pid !== undefined) writeFileSync(pidFile, String(started.pid))
    started.unref()

    const deadline = performance.now() + startWithinMs
    const sign = before === 0 ? (readyFirst ?? ready) : ready
    while (!sign.test(readLog().slice(before))) {
      if (failure) throw new Error(`${name}: ${command} does not run`, { cause: failure })
      if (!isRunning()) {
        throw new Error(`${name} ended with ${started.exitCode ?? started.signalCode}:\n${log()}`)
      }
      if (performance.now() > deadline) {
        await end('SIGKILL')
        throw new Error(`${name} is not ready after ${startWithinMs / 1000} s:\n${log()}`)
      }
      await delay(50)
    }
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const ending = child
    if (!ending || !isRunning()) return
    ending.ref()
    const exit = once(ending, 'exit')
    ending.kill('SIGCONT')
    ending.kill(signal)
    const impatience = setTimeout(() => ending.kill('SIGKILL'), settings.stopWithinMs ?? 20_000)
    await exit
    clearTimeout(impatience)
  }

  const log = (lines = 40): string => readLog().trimEnd().split('\n').slice(-lines).join('\n')
  const signal = (name: 'SIGSTOP' | 'SIGCONT'): void => {
    if (isRunning()) child?.kill(name)
  }

  return {
    start,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    log,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Does something to several servers as to one. */
export function asOne(servers: readonly ServerControl[]): ServerControl {
  const each = async (act: (server: ServerControl) => PromiseLike<void>): Promise<void> => {
    await Promise.all(servers.map(act))
  }
  return {
    start: () => each((server) => server.start()),
    kill: () => each((server) => server.kill()),
    stop: () => each((server) => server.stop()),
    pause: () =>
      servers.forEach((server) => {
        server.pause()
      }),
    resume: () =>
      servers.forEach((server) => {
        server.resume()
      }),
    log: (lines) => servers.map((server) => server.log(lines)).join('\n---\n'),
    [Symbol.asyncDispose]: () => each((server) => server[Symbol.asyncDispose]()),
  }
}
