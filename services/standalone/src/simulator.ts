import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { MlaError } from '@mla/model'

export interface SimulatorSettings {
  readonly opcuaPort: number
  readonly controlPort: number
  readonly cdbFolder: string
  readonly dataFolder: string
  readonly logLevel: string
}

export interface Simulator extends AsyncDisposable {
  /** Resolves when clients can connect. Throws SOURCE_UNAVAILABLE where it ended before. */
  readonly ready: Promise<void>
}

const main = fileURLToPath(import.meta.resolve('@mla/opcua-simulator/main'))

/** Its address space of 20,000 nodes stays; the rest is short-lived. */
const nodeFlags = ['--max-semi-space-size=8', '--max-old-space-size=512']

/**
 * The OPC-UA simulator as a process of its own beside this one, so that its load is not ours. It
 * ends with this process, whatever happens; in a process group of its own, so that Ctrl-C reaches
 * it last. `ended` hears of an end that nobody asked for.
 */
export function startSimulator(
  settings: SimulatorSettings,
  env: Readonly<Record<string, string | undefined>>,
  ended: (how: string) => void,
): Simulator {
  const child = spawn(process.execPath, [...nodeFlags, main], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...env,
      MLA_OPCUA_PORT: String(settings.opcuaPort),
      MLA_SIMULATOR_CONTROL_PORT: String(settings.controlPort),
      MLA_CDB: settings.cdbFolder,
      MLA_DATA: settings.dataFolder,
      MLA_LOG_LEVEL: settings.logLevel,
      MLA_HEALTH_PORT: '0',
    },
  })
  let stopping = false
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve())
    const over = (how: string): void => {
      if (!stopping) ended(how)
      reject(new MlaError('SOURCE_UNAVAILABLE', `the simulator did not start: ${how}`))
    }
    child.once('error', (error) => over(error.message))
    child.once('exit', (code, signal) => over(`${code ?? signal}`))
  })
  // Who does not wait for it need not hear of it.
  ready.catch(() => undefined)
  return {
    ready,
    async [Symbol.asyncDispose]() {
      stopping = true
      await end(child)
    },
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const impatience = setTimeout(() => child.kill('SIGKILL'), 5000)
  await exit
  clearTimeout(impatience)
}
