import type { Life } from '@mla/kit'
import { MlaError } from '@mla/model'
import type { ProcessingCounts } from '@mla/processing'

/** What processing tells the outside: one method per event. */
export interface ProcessingReport {
  /** Whether it is this process that makes the derived points. */
  active(isActive: boolean): void
  configured(points: number): void
  sent(samples: number): void
  counted(counts: ProcessingCounts): void
  failed(error: unknown): void
}

export function createProcessingReport({ log, metrics }: Life): ProcessingReport {
  const active = metrics.gauge(
    'mla_processing_active',
    '1 in the process that makes derived points',
  )
  const points = metrics.gauge('mla_derived_points', 'Points that are made of others')
  const sent = metrics.counter(
    'mla_derived_samples_total',
    'Samples of derived points that were sent',
  )
  const left = metrics.counter(
    'mla_processing_left_out_total',
    'Samples that came later than their allowance, or again, by reason',
    ['reason'],
  )
  const errors = metrics.counter('mla_errors_total', 'Errors by code', ['code'])
  for (const reason of ['late', 'copy']) left.add(0, { reason })
  active.set(0)
  return {
    active(isActive) {
      active.set(isActive ? 1 : 0)
      log.info(
        { isActive },
        isActive ? 'makes the derived points' : 'another makes the derived points',
      )
    },
    configured(count) {
      points.set(count)
      log.info({ points: count }, 'derived points configured')
    },
    sent: (samples) => sent.add(samples),
    counted({ late, copies }) {
      left.add(late, { reason: 'late' })
      left.add(copies, { reason: 'copy' })
    },
    failed(error) {
      errors.add(1, { code: error instanceof MlaError ? error.code : 'UNEXPECTED' })
      log.warn({ err: error }, 'the derived points stand still; trying again')
    },
  }
}
