import { conversionFaults, type Rejected } from '@mla/alarm'
import { codeOf, createFlow, deadLetters, type Life } from '@mla/kit'
import { microsPerSecond } from '@mla/model'

/** Everything this service tells the outside about itself: one method per event. */
export type Report = ReturnType<typeof createReport>

const reasons = [...Object.keys(conversionFaults), 'assignment-over']

export function createReport({ name, log, metrics, health }: Life) {
  const { received, sent, rejected, errors } = createFlow(metrics, {
    received: 'Values of plugins that were read from alarm.basic',
    sent: 'IASIOs that were made of them, on alarm.bsdb',
    rejected: 'Values or messages that no IASIO was made of, by reason',
  })
  const letters = metrics.counter(
    'mla_dead_letters_total',
    'Values that went to the dead-letter topic; of one that comes again and again, some',
  )
  const known = metrics.gauge('mla_iasios_declared', 'IASIOs that the configuration declares')
  const seconds = metrics.histogram(
    'mla_conversion_seconds',
    'From when a message was appended to alarm.basic until its IASIOs are on alarm.bsdb',
    [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
  )
  const lagging = metrics.gauge(
    'mla_bus_lag_messages',
    'Messages behind the newest, of the partitions that this process has',
    ['group', 'topic'],
  )
  for (const reason of reasons) rejected.add(0, { reason })
  let isAway = false
  return {
    configured(version: string, iasios: number) {
      known.set(iasios)
      log.info({ version, iasios }, 'configuration in force')
    },
    refusedConfiguration: (problems: number, text: string) =>
      log.error({ problems }, `configuration refused:\n${text}`),
    assigned(partitions: readonly number[]) {
      health.set(name, null)
      log.info({ partitions }, 'partitions assigned')
    },
    refused({ fault, message }: Rejected, plugin: string, isKept: boolean) {
      rejected.add(1, { reason: fault })
      if (!isKept) return
      letters.add(1)
      log.debug({ plugin, fault }, message)
    },
    converted(values: number, iasios: number, ageMicros: number | null) {
      isAway = false
      received.add(values)
      sent.add(iasios)
      if (ageMicros !== null) seconds.observe(Math.max(0, ageMicros) / microsPerSecond)
    },
    lag: (messages: number) =>
      lagging.set(messages, { group: 'alarm-converter', topic: 'alarm.basic' }),
    commitRefused: () => rejected.add(1, { reason: 'assignment-over' }),
    busAway(error: unknown) {
      errors.add(1, { code: codeOf(error) })
      if (!isAway) log.warn({ err: error }, 'the bus does not take IASIOs; trying until it does')
      isAway = true
    },
    deadLettered: deadLetters({ rejected, errors }, log),
    failed(error: unknown) {
      errors.add(1, { code: codeOf(error) })
      log.warn({ err: error }, 'stopped in the middle; what is not committed comes again')
    },
  }
}
