import { codeOf, type Life } from '@mla/kit'

/** What the feed of the alarms tells the outside: one method per event. */
export type FeedReport = ReturnType<typeof createFeedReport>

export function createFeedReport({ log, metrics }: Pick<Life, 'log' | 'metrics'>) {
  const inputs = metrics.gauge('mla_alarm_inputs', 'Values of points that alarms read')
  const values = metrics.counter(
    'mla_alarm_input_values_total',
    'Values of points that were sent to the alarms',
  )
  const lostValues = metrics.counter(
    'mla_alarm_input_values_lost_total',
    'Values of points that the bus did not take for the alarms',
  )
  const errors = metrics.counter('mla_errors_total', 'Errors by code', ['code'])
  let isAway = false
  return {
    configured(count: number) {
      inputs.set(count)
      log.info({ inputs: count }, 'points for the alarms configured')
    },
    sent(count: number) {
      isAway = false
      values.add(count)
    },
    failed(error: unknown, lost: number) {
      errors.add(1, { code: codeOf(error) })
      lostValues.add(lost)
      if (!isAway) log.warn({ err: error, lost }, 'the bus does not take values for the alarms')
      isAway = true
    },
    notPrimed(error: unknown) {
      errors.add(1, { code: codeOf(error) })
      log.warn({ err: error }, 'what points for the alarms were last is not known yet')
    },
  }
}
