import type { DeadLetter } from '@mla/bus'
import { createFlow, type Life } from '@mla/kit'
import { MlaError } from '@mla/model'

/** Everything this service tells the outside about itself: one method per event. */
export type Report = ReturnType<typeof createReport>

export function createReport({ name, log, metrics, health }: Life) {
  const { received, sent, rejected, errors } = createFlow(metrics, {
    received: 'Values of the BSDB that came in',
    sent: 'Transitions of alarms that are durably archived',
    rejected: 'Batches or messages that did not go on, by reason',
  })
  const active = metrics.gauge('mla_alarms', 'Alarms that this process knows, by state', [
    'state',
    'priority',
  ])
  const alerts = metrics.gauge('mla_alertmanager_alerts', 'Alerts in the last message that it took')
  const failures = metrics.counter(
    'mla_alertmanager_failures_total',
    'Messages that Alertmanager did not take; they are sent again',
  )
  for (const reason of ['redelivered', 'dead-letter', 'assignment-over'])
    rejected.add(0, { reason })
  return {
    assigned(partitions: readonly number[]) {
      health.set(name, null)
      log.info({ partitions }, 'partitions assigned')
    },
    received: (values: number) => received.add(values),
    archived: (transitions: number) => sent.add(transitions),
    passedOver: (batches: number) => rejected.add(batches, { reason: 'redelivered' }),
    commitRefused: () => rejected.add(1, { reason: 'assignment-over' }),
    counted(counts: ReadonlyMap<string, number>) {
      for (const [key, count] of counts) {
        const [state = '', priority = ''] = key.split(':')
        active.set(count, { state, priority })
      }
    },
    archiveAway(error: unknown, attempt: number) {
      errors.add(1, { code: error instanceof MlaError ? error.code : 'UNEXPECTED' })
      if (attempt > 1) return
      health.set(name, 'the archive does not take alarms')
      log.warn({ err: error }, 'the archive does not take alarms; trying again until it does')
    },
    archiveBack() {
      health.set(name, null)
    },
    alerted: (count: number) => alerts.set(count),
    alertFailed(error: unknown) {
      failures.add(1)
      errors.add(1, { code: error instanceof MlaError ? error.code : 'UNEXPECTED' })
      log.warn({ err: error }, 'Alertmanager does not take alarms; trying again')
    },
    deadLettered(letter: DeadLetter) {
      rejected.add(1, { reason: 'dead-letter' })
      errors.add(1, { code: letter.code })
      log.warn({ ...letter }, 'a message that cannot be read went to the dead-letter topic')
    },
    configurationRefused: (problems: string) =>
      log.error({}, `configuration refused:\n${problems}`),
  }
}
