import { codeOf, createFlow, deadLetters, type Life } from '@mla/kit'
import { isRetryable, priorities } from '@mla/model'
import type { Counts, Sifted } from './sift.ts'

/** Everything this service tells the outside about itself: one method per event. */
export type Report = ReturnType<typeof createReport>

/** Sources that have metrics of their own; those beyond are counted together. */
const mostSources = 200
const otherSources = 'other'

export function createReport({ name, log, metrics, health }: Life) {
  const { received, sent, rejected, errors } = createFlow(metrics, {
    received: 'Log records that came in',
    sent: 'Log records that are durably archived',
    rejected: 'Log records or messages that did not go on, by reason',
  })
  const bySource = metrics.counter('mla_log_records_total', 'Log records by source and priority', [
    'source',
    'priority',
  ])
  const shown = metrics.counter('mla_log_live_total', 'Log records that are shown at once')
  const notShown = metrics.counter(
    'mla_log_live_shed_total',
    'Log records that are archived, but not shown at once since there were too many',
  )
  const lagging = metrics.gauge(
    'mla_bus_lag_messages',
    'Messages behind the newest, of the partitions that this process has',
    ['group', 'topic'],
  )
  const openGauge = metrics.gauge(
    'mla_archive_open_log_records',
    'Log records taken from the bus and not yet archived; the bus is their journal',
  )
  const commits = metrics.counter('mla_archive_commits_total', 'Positions committed')
  for (const reason of ['redelivered', 'not archived', 'assignment-over']) {
    rejected.add(0, { reason })
  }
  const sources = new Set<string>()
  let open = 0

  const setOpen = (records: number): void => {
    open = records
    openGauge.set(open)
  }
  const count = (counts: Counts): void => {
    for (const [source, ranks] of counts) {
      if (sources.size < mostSources) sources.add(source)
      const label = sources.has(source) ? source : otherSources
      ranks.forEach((records, rank) => {
        const priority = priorities[rank] ?? ''
        if (records > 0) bySource.add(records, { source: label, priority })
      })
    }
  }
  return {
    configured: (version: string, rules: number, rates: number) =>
      log.info({ version, rules, rates }, 'configuration in force'),
    assigned(partitions: readonly number[]) {
      setOpen(0)
      health.set(name, null)
      log.info({ partitions }, 'partitions assigned')
    },
    taken({ kept, notArchived, counts, live, shed }: Sifted) {
      received.add(kept + notArchived)
      if (notArchived > 0) rejected.add(notArchived, { reason: 'not archived' })
      if (shed > 0) notShown.add(shed)
      if (live) shown.add(live.count)
      count(counts)
      setOpen(open + kept)
    },
    redelivered({ kept, notArchived }: Sifted) {
      received.add(kept + notArchived)
      rejected.add(kept + notArchived, { reason: 'redelivered' })
    },
    lag: (messages: number) =>
      lagging.set(messages, { group: 'log-consumer', topic: 'log.records' }),
    archived(records: number, positions: number) {
      setOpen(open - records)
      sent.add(records)
      commits.add(positions)
    },
    commitRefused: () => rejected.add(1, { reason: 'assignment-over' }),
    archiveAway(error: unknown, attempt: number) {
      errors.add(1, { code: codeOf(error) })
      if (attempt > 1) return
      health.set(name, `the archive does not take log records: ${textOf(error)}`)
      log.warn({ err: error }, 'the archive does not take log records; trying again until it does')
    },
    archiveBack() {
      health.set(name, null)
      log.info({}, 'the archive takes log records again')
    },
    /** Live records and rates are not kept for later: the archive has the records. */
    notPublished(error: unknown, what: string, count: number) {
      errors.add(1, { code: codeOf(error) })
      log.warn({ err: error, count }, `${what} were not published`)
    },
    deadLettered: deadLetters({ rejected, errors }, log),
    notFlushed(error: unknown) {
      errors.add(1, { code: codeOf(error) })
      const later = isRetryable(error) ? 'they come again from the bus' : 'see the error'
      log.warn({ err: error, open }, `stopped with log records that are not archived; ${later}`)
    },
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
