import { type Health, healthWithin } from './health.ts'
import { createLog, type Log, type LogLevel } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'

/** How a service lives inside its process: what it may tell, and when it must end. */
export interface Life {
  /** The service, word for word as in compose, the metrics and the CDB. */
  readonly name: string
  /** This instance of it, unique among those that run at once. */
  readonly instance: string
  readonly log: Log
  readonly metrics: Metrics
  readonly health: Health
  /** Aborts once, when the service must stop. Pass it down; never make your own. */
  readonly signal: AbortSignal
}

/** The life of a service inside another's process: same registry, its own part of the health. */
export const lifeWithin = (
  life: Life,
  name: string,
  signal: AbortSignal,
  logLevel: LogLevel = 'info',
): Life => ({
  name,
  instance: life.instance.replace(life.name, name),
  log: createLog(name, logLevel),
  metrics: createMetrics(name, life.metrics.registry),
  health: healthWithin(life.health),
  signal,
})
