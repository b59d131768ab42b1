import type { DeadLetter } from '@mla/bus'
import { codeOf, createFlow, deadLetters, type Life } from '@mla/kit'
import { isRetryable, type Micros, microsPerSecond } from '@mla/model'
import type { Triage } from './triage.ts'
import type { Settled } from './waiting.ts'

/** Everything this service tells the outside about itself: one method per event. */
export interface Report {
  assigned(partitions: readonly number[]): void
  received(triage: Triage, lag: number): void
  archived(settled: Settled, positions: number): void
  commitRefused(): void
  archiveAway(error: unknown, attempt: number): void
  archiveBack(): void
  deadLettered(letter: DeadLetter): void
  notFlushed(error: unknown): void
}

export function createReport(
  { name, log, metrics, health }: Life,
  topic = 'mon.samples',
  group = 'mon-dispatcher',
): Report {
  const part = topic === 'mon.samples' ? name : topic
  const { received, sent, rejected, errors } = createFlow(metrics, {
    received: 'Samples that came in',
    sent: 'Samples that are durably archived',
    rejected: 'Samples or messages that did not go on, by reason',
  })
  const strange = metrics.counter(
    'mla_samples_time_flagged_total',
    'Samples whose stamp lies far from the clock; they are kept',
    ['flag'],
  )
  const lagging = metrics.gauge(
    'mla_bus_lag_messages',
    'Messages behind the newest, of the partitions that this process has',
    ['group', 'topic'],
  )
  const newestOf = new Map<string, Micros>()
  const newestGauge = metrics.gauge(
    'mla_archive_newest_sample_timestamp_seconds',
    'When the newest sample that is durably archived was collected',
    ['source'],
  )
  const commits = metrics.counter('mla_archive_commits_total', 'Positions committed')
  for (const reason of ['redelivered', 'assignment-over']) {
    rejected.add(0, { reason })
  }
  for (const flag of ['future', 'past']) strange.add(0, { flag })
  let open = 0
  const openGauge = metrics.gauge(
    'mla_archive_open_samples',
    'Samples taken from the bus and not yet archived; the bus is their journal',
    ['topic'],
  )
  return {
    assigned(partitions) {
      open = 0
      openGauge.set(open, { topic })
      health.set(part, null)
      log.info({ partitions }, 'partitions assigned')
    },
    received({ samples, redelivered, future, past }, lag) {
      open += samples
      received.add(samples + redelivered)
      if (redelivered > 0) rejected.add(redelivered, { reason: 'redelivered' })
      if (future > 0) strange.add(future, { flag: 'future' })
      if (past > 0) strange.add(past, { flag: 'past' })
      lagging.set(lag, { group, topic })
      openGauge.set(open, { topic })
    },
    archived({ samples, newest }, positions) {
      for (const [source, collected] of newest) {
        // Lanes of one source are stored one after the other.
        const time = Math.max(collected, newestOf.get(source) ?? 0)
        newestOf.set(source, time)
        newestGauge.set(time / microsPerSecond, { source })
      }
      open -= samples
      sent.add(samples)
      commits.add(positions)
      openGauge.set(open, { topic })
    },
    commitRefused() {
      rejected.add(1, { reason: 'assignment-over' })
    },
    archiveAway(error, attempt) {
      errors.add(1, { code: codeOf(error) })
      if (attempt > 1) return
      health.set(part, `the archive does not take samples: ${textOf(error)}`)
      log.warn({ err: error }, 'the archive does not take samples; trying again until it does')
    },
    archiveBack() {
      health.set(part, null)
      log.info({}, 'the archive takes samples again')
    },
    deadLettered: deadLetters({ rejected, errors }, log),
    notFlushed(error) {
      errors.add(1, { code: codeOf(error) })
      const later = isRetryable(error) ? 'they come again from the bus' : 'see the error'
      log.warn({ err: error, open }, `stopped with samples that are not archived; ${later}`)
    },
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
