import { hostname } from 'node:os'
import { type ErrorCode, MlaError } from '@mla/model'
import { z } from 'zod'
import { parseConfig, port } from './config.ts'
import { createHealth } from './health.ts'
import { openHealthServer } from './health-server.ts'
import type { Life } from './life.ts'
import { createLog, type LogLevel, logLevels } from './log.ts'
import { createMetrics } from './metrics.ts'

/** What every service can be told by its environment, beside its own settings. */
const processSettings = z.object({
  MLA_HEALTH_PORT: port.default(9464),
  MLA_LOG_LEVEL: z.enum(logLevels).optional(),
  MLA_INSTANCE: z.string().optional(),
  MLA_STOP_SECONDS: z.coerce.number().positive().default(30),
})

export interface Service<C> {
  readonly config: C
  readonly life: Life
  /** For the services inside this one. */
  readonly logLevel: LogLevel
  /** The process's environment, for what is configured by names of its own (the CDB). */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Hands over a resource, to be closed after `run` returns: newest first. */
  use<T extends AsyncDisposable>(resource: T): T
}

export interface ServiceDefinition<S extends z.ZodType> {
  /** Word for word as in compose; of a service that is run under several, from its settings. */
  readonly name: string | ((env: Service<unknown>['env']) => string)
  readonly config: S
  /** True for a service that answers health and metrics on an HTTP server of its own. */
  readonly ownHttp?: boolean
  /** What it logs to a person at a terminal who did not ask for more; `info` without it. */
  readonly terminalLevel?: LogLevel
  run(service: Service<z.output<S>>): Promise<void>
}

/**
 * Runs one service as this process. The only code in the system that reads `process.env`,
 * listens to signals or sets an exit code: 0 stopped as asked, 1 failed, 2 did not stop in time.
 */
export async function runService<S extends z.ZodType>(
  definition: ServiceDefinition<S>,
): Promise<void> {
  const name = typeof definition.name === 'string' ? definition.name : definition.name(process.env)
  const stop = new AbortController()
  let log = createLog(name)
  try {
    const settings = parseConfig(processSettings, process.env)
    const config = parseConfig(definition.config, process.env)
    const usual = process.stdout.isTTY ? definition.terminalLevel : undefined
    const logLevel = settings.MLA_LOG_LEVEL ?? usual ?? 'info'
    log = createLog(name, logLevel)
    stopOnSignals(stop, settings.MLA_STOP_SECONDS * 1000)
    const metrics = createMetrics(name)
    const ready = metrics.gauge('mla_ready', '1 while every part of the process is ready')
    const life: Life = {
      name,
      instance: settings.MLA_INSTANCE ?? `${name}@${hostname()}:${process.pid}`,
      log,
      metrics,
      health: createHealth((isReady) => ready.set(isReady ? 1 : 0)),
      signal: stop.signal,
    }
    life.health.set(name, 'starting')
    await using resources = new AsyncDisposableStack()
    if (!definition.ownHttp) {
      resources.use(await openHealthServer(life, settings.MLA_HEALTH_PORT))
    }
    log.info({ instance: life.instance }, 'starting')
    await definition.run({
      config,
      life,
      logLevel,
      env: process.env,
      use: (resource) => resources.use(resource),
    })
    life.health.set(name, 'stopping')
    log.info({ reason: String(stop.signal.reason ?? 'done') }, 'stopping')
  } catch (error) {
    // What a person can mend is said in a line; a stack trace is for defects of ours.
    if (isForOperator(error)) log.error({ code: error.code }, error.message)
    else log.error({ err: error }, error instanceof Error ? error.message : 'failed')
    process.exitCode = 1
  }
  // A library's forgotten timer must not keep a stopped service alive.
  setTimeout(() => process.exit(), 1000).unref()
}

const defects: readonly ErrorCode[] = ['INTERNAL', 'VALUE_INVALID', 'DECODE_FAILED']
const isForOperator = (error: unknown): error is MlaError =>
  error instanceof MlaError && !defects.includes(error.code)

function stopOnSignals(stop: AbortController, stopWithinMs: number): void {
  const onSignal = (signal: string) => {
    if (stop.signal.aborted) return
    setTimeout(() => process.exit(2), stopWithinMs).unref()
    stop.abort(signal)
  }
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, onSignal)
  // A service that another one started (the simulator) does not outlive it.
  process.on('disconnect', () => onSignal('parent gone'))
  process.channel?.unref()
}
