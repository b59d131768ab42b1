import { type MessageFault, messageFaults, type RepeatCounts } from '@mla/alarm'
import { codeOf, createFlow, deadLetters, type Life } from '@mla/kit'
import type { PluginBatch } from '@mla/model'
import type { Way } from './intake.ts'

/** Everything this service tells the outside about itself: one method per event. */
export type Report = ReturnType<typeof createReport>

const reasons = ['repeat', 'assignment-over', 'lost at stop']

export function createReport({ name, log, metrics, health }: Life) {
  const { received, sent, rejected, errors } = createFlow(metrics, {
    received: 'Values of plugins that were read from alarm.plugins',
    sent: 'Values of plugins that went to alarm.basic',
    rejected: 'Values or messages of plugins that did not go on, by reason',
  })
  const taken = metrics.counter('mla_plugin_values_total', 'Values that plugins sent to us', [
    'way',
  ])
  const refused = metrics.counter(
    'mla_plugin_refused_total',
    'Messages of plugins that are no good, by what is wrong',
    ['way', 'reason'],
  )
  const postponed = metrics.counter(
    'mla_plugin_postponed_total',
    'Requests that plugins had to send again later',
  )
  const turnedAway = metrics.counter(
    'mla_plugin_connections_refused_total',
    'Connections of plugins that were too many, or broke',
    ['way', 'reason'],
  )
  const connections = metrics.gauge('mla_plugin_connections', 'Connections of plugins', ['way'])
  const forgotten = metrics.counter(
    'mla_repeat_filter_forgotten_total',
    'Identifiers that the filter of copies had to forget',
  )
  const lagging = metrics.gauge(
    'mla_bus_lag_messages',
    'Messages behind the newest, of the partitions that this process has',
    ['group', 'topic'],
  )
  for (const reason of reasons) rejected.add(0, { reason })
  for (const way of ['http', 'tcp']) {
    taken.add(0, { way })
    for (const reason of Object.keys(messageFaults)) refused.add(0, { way, reason })
    for (const reason of ['too many', 'broken']) turnedAway.add(0, { way, reason })
  }
  connections.set(0, { way: 'tcp' })
  let isAway = false
  return {
    taken(way: Way, batches: readonly PluginBatch[]) {
      taken.add(
        batches.reduce((sum, { values }) => sum + values.length, 0),
        { way },
      )
    },
    refused: (way: Way, reason: MessageFault) => refused.add(1, { way, reason }),
    refusedBatch: (values: number) => rejected.add(values, { reason: 'dead-letter' }),
    postponed: () => postponed.add(1),
    turnedAway: (way: Way) => turnedAway.add(1, { way, reason: 'too many' }),
    broken: (way: Way) => turnedAway.add(1, { way, reason: 'broken' }),
    connected: (way: Way, count: number) => connections.set(count, { way }),
    listening(way: Way, host: string, port: number) {
      health.set(`${name} ${way}`, null)
      log.info({ way, host, port }, `plugins can send over ${way}`)
    },
    notListening(way: Way, reason: string, error: unknown) {
      health.set(`${name} ${way}`, reason)
      errors.add(1, { code: 'CONFIG_INVALID' })
      log.error({ way, err: error }, `plugins cannot send over ${way}: ${reason}`)
    },
    assigned(partitions: readonly number[]) {
      health.set(name, null)
      log.info({ partitions }, 'partitions assigned')
    },
    passed(values: number, before: RepeatCounts, after: RepeatCounts, lag: number) {
      isAway = false
      received.add(values)
      sent.add(after.admitted - before.admitted)
      rejected.add(after.repeats - before.repeats, { reason: 'repeat' })
      forgotten.add(after.forgotten - before.forgotten)
      lagging.set(lag, { group: 'alarm-acquisition', topic: 'alarm.plugins' })
    },
    commitRefused: () => rejected.add(1, { reason: 'assignment-over' }),
    busAway(error: unknown) {
      errors.add(1, { code: codeOf(error) })
      if (!isAway) log.warn({ err: error }, 'the bus does not take values; trying until it does')
      isAway = true
    },
    lostAtStop(values: number, error: unknown) {
      rejected.add(values, { reason: 'lost at stop' })
      log.error({ values, err: error }, 'stopped with values of plugins that the bus did not take')
    },
    deadLettered: deadLetters({ rejected, errors }, log),
    failed(error: unknown) {
      errors.add(1, { code: codeOf(error) })
      log.warn({ err: error }, 'stopped, or failed, in the middle; what is left comes again')
    },
  }
}
