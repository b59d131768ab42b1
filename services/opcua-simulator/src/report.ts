import { createFlow, type Life } from '@mla/kit'
import { MlaError } from '@mla/model'
import type { ActiveFault } from './faults.ts'
import type { Totals } from './truth.ts'

export interface Figures extends Totals {
  readonly sessions: number
  readonly subscriptions: number
  readonly items: number
  readonly missedTicks: number
}

/** Everything the simulator tells the outside: each event's metric and its log line. */
export function createReport({ metrics, log }: Pick<Life, 'metrics' | 'log'>) {
  const { received, sent, rejected, errors } = createFlow(metrics, {
    received: 'Requests of the control interface',
    sent: 'Values handed to a publish response',
    rejected: 'Values that no client will get',
  })
  const queued = metrics.counter('mla_simulator_queued_total', 'Samples queued to monitored items')
  const sessions = metrics.gauge('mla_simulator_sessions', 'OPC-UA sessions')
  const items = metrics.gauge('mla_simulator_monitored_items', 'Monitored items of all sessions')
  let told = { queued: 0, published: 0, discarded: 0, ended: 0, missedTicks: 0 }

  return {
    ready: (points: number, opcuaPort: number, controlPort: number, tookMs: number) =>
      log.info({ points, opcuaPort, controlPort, tookMs: Math.round(tookMs) }, 'ready'),
    requested: () => received.add(1),
    /** What has come about since the last call. */
    figures(now: Figures): void {
      queued.add(now.queued - told.queued)
      sent.add(now.published - told.published)
      rejected.add(now.discarded - told.discarded, { reason: 'queue-overflow' })
      rejected.add(now.ended - told.ended, { reason: 'session-ended' })
      rejected.add(now.missedTicks - told.missedTicks, { reason: 'missed-tick' })
      sessions.set(now.sessions)
      items.set(now.items)
      told = now
    },
    faultBegan: (fault: ActiveFault) => log.warn({ fault }, 'fault begins'),
    faultEnded: (fault: ActiveFault) => log.info({ fault: fault.id }, 'fault ends'),
    failed(error: unknown): void {
      errors.add(1, { code: error instanceof MlaError ? error.code : 'UNKNOWN' })
      log.error({ err: error }, 'failed')
    },
  }
}

export type Report = ReturnType<typeof createReport>
