import { alarmPriorities } from '@mla/alarm'
import { codeOf, createFlow, deadLetters, type Life } from '@mla/kit'

/** Everything this service tells the outside about itself: one method per event. */
export type Report = ReturnType<typeof createReport>

/** How many alarms are what none should be. */
export interface Judged {
  readonly chattering: number
  readonly stale: number
  readonly escalated: number
}

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
  const calls = metrics.counter(
    'mla_alarm_annunciations_total',
    'Times that an alarm called for an operator: was set, or became more urgent',
    ['priority'],
  )
  const waits = metrics.histogram(
    'mla_alarm_acknowledge_seconds',
    'From when an alarm was set until it was acknowledged',
    [5, 15, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400],
  )
  const chattering = metrics.gauge(
    'mla_alarms_chattering',
    'Alarms that called three times within a minute, in the last ten minutes',
  )
  const stale = metrics.gauge('mla_alarms_stale', 'Alarms that are set for longer than a day')
  const escalations = metrics.gauge(
    'mla_alarms_escalated',
    'Alarms that wait longer to be acknowledged than their configuration allows',
  )
  const told = metrics.counter(
    'mla_alarm_told_total',
    'Alarms that mail was sent of, or a program started for',
    ['way'],
  )
  for (const way of ['mail', 'command']) told.add(0, { way })
  const alerts = metrics.gauge('mla_alertmanager_alerts', 'Alerts in the last message that it took')
  const failures = metrics.counter(
    'mla_alertmanager_failures_total',
    'Messages that Alertmanager did not take; they are sent again',
  )
  for (const priority of alarmPriorities) calls.add(0, { priority })
  for (const gauge of [chattering, stale, escalations]) gauge.set(0)
  for (const reason of ['redelivered', 'assignment-over', 'too much mail'])
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
    called: (priority: string) => calls.add(1, { priority }),
    acknowledged: (seconds: number) => waits.observe(Math.max(0, seconds)),
    judged(figures: Judged) {
      escalations.set(figures.escalated)
      chattering.set(figures.chattering)
      stale.set(figures.stale)
    },
    escalated: (alarm: string) =>
      log.warn({ alarm }, `${alarm} was not acknowledged in time; it is told to more people`),
    archiveAway(error: unknown, attempt: number) {
      errors.add(1, { code: codeOf(error) })
      if (attempt > 1) return
      health.set(name, 'the archive does not take alarms')
      log.warn({ err: error }, 'the archive does not take alarms; trying again until it does')
    },
    archiveBack() {
      health.set(name, null)
    },
    mailed: (count: number) => told.add(count, { way: 'mail' }),
    commanded(command: string, alarm: string) {
      told.add(1, { way: 'command' })
      log.info({ command, alarm }, `${command} was started for ${alarm}`)
    },
    mailDropped: (count: number) => rejected.add(count, { reason: 'too much mail' }),
    callFailed(error: unknown) {
      errors.add(1, { code: codeOf(error) })
      log.warn({ err: error }, 'people were not told of an alarm, or a program failed')
    },
    alerted: (count: number) => alerts.set(count),
    alertFailed(error: unknown) {
      failures.add(1)
      errors.add(1, { code: codeOf(error) })
      log.warn({ err: error }, 'Alertmanager does not take alarms; trying again')
    },
    deadLettered: deadLetters({ rejected, errors }, log),
    configurationRefused: (problems: string) =>
      log.error({}, `configuration refused:\n${problems}`),
  }
}
