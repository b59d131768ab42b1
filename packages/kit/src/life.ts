import type { Health } from './health.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'

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
