import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const root = join(import.meta.dirname, '../..')

/** Runs something; its output, or an error that shows the end of it. */
export async function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args, {
      cwd: root,
      env: { ...process.env, DOCKER_BUILDKIT: '0', ...env },
      maxBuffer: 2 ** 27,
    })
    return stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    const said = `${stdout}${stderr}`.slice(-3000)
    throw new Error(`${command} ${args.join(' ')}:\n${said}`, { cause: error })
  }
}

/** What `docker inspect` says of a container, as far as the stories ask. */
export interface Container {
  readonly id: string
  readonly pid: number
  readonly startedAt: string
  readonly isRunning: boolean
  /** Null where it has no health check. */
  readonly health: string | null
  readonly restarts: number
  readonly address: string
}

export async function inspect(ids: readonly string[]): Promise<Container[]> {
  if (ids.length === 0) return []
  const found: Inspected[] = JSON.parse(await run('docker', ['inspect', ...ids]))
  return found.map(({ Id, State, RestartCount, NetworkSettings }) => ({
    id: Id,
    pid: State.Pid,
    startedAt: State.StartedAt,
    isRunning: State.Running,
    health: State.Health?.Status ?? null,
    restarts: RestartCount,
    address: Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '',
  }))
}

interface Inspected {
  readonly Id: string
  readonly RestartCount: number
  readonly State: {
    readonly Pid: number
    readonly StartedAt: string
    readonly Running: boolean
    readonly Health?: { readonly Status: string }
  }
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>>
  }
}
