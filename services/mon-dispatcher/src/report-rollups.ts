import type { RollupFigures } from '@mla/archive'
import type { Life } from '@mla/kit'
import { MlaError } from '@mla/model'

/** What rolling up tells the outside: one method per event. */
export interface RollupReport {
  rolled(figures: RollupFigures): void
  failed(error: unknown): void
}

export function createRollupReport({ log, metrics }: Life): RollupReport {
  const days = metrics.counter(
    'mla_rollup_days_total',
    'Days of points that were rolled up, again for each time that late samples came',
  )
  const due = metrics.gauge(
    'mla_rollup_due_days',
    'Days of points whose samples no rollup knows yet, those of today among them',
  )
  const late = metrics.counter(
    'mla_rollup_late_days_total',
    'Days of points to which samples came when the others of the day were over: archived, in no rollup',
  )
  const errors = metrics.counter('mla_errors_total', 'Errors by code', ['code'])
  days.add(0)
  late.add(0)
  return {
    rolled(figures) {
      if (figures.rolled > 0) days.add(figures.rolled)
      due.set(figures.due)
      if (figures.late > 0) late.add(figures.late)
    },
    failed(error) {
      errors.add(1, { code: error instanceof MlaError ? error.code : 'UNEXPECTED' })
      log.warn({ err: error }, 'rollups stand still; trying again')
    },
  }
}
