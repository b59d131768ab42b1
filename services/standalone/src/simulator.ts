import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Life } from '@mla/kit'

export interface SimulatorSettings {
  readonly opcuaPort: number
  readonly cdbFolder: string
  readonly dataFolder: string
}

const main = fileURLToPath(import.meta.resolve('@mla/opcua-simulator/main'))

/**
 * The OPC-UA simulator as a process of its own beside this one, so that its load is not ours. It
 * ends with this process, whatever happens; in a process group of its own, so that Ctrl-C reaches
 * it last.
 */
export function startSimulator(
  settings: SimulatorSettings,
  env: Readonly<Record<string, string | undefined>>,
  { log, health }: Life,
): AsyncDisposable {
  const child = spawn(process.execPath, [main], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...env,
      MLA_OPCUA_PORT: String(settings.opcuaPort),
      MLA_CDB: settings.cdbFolder,
      MLA_DATA: settings.dataFolder,
      MLA_HEALTH_PORT: '0',
    },
  })
  const part = 'opcua-simulator'
  let stopping = false
  child.once('error', (error) => {
    health.set(part, `does not start: ${error.message}`)
  })
  child.once('exit', (code, signal) => {
    if (stopping) return
    health.set(part, `ended with ${code ?? signal}`)
    log.error({ code, signal }, 'the simulator ended; see its log line above')
  })
  return {
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
