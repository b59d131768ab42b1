import type { LogListen, Problem } from '@mla/cdb'
import type { LogLevelRule } from '@mla/control'
import { createFlow, type Life } from '@mla/kit'
import { MlaError, priorities } from '@mla/model'
import { countOf, type Entry, recordsIn } from './entry.ts'
import type { Shed } from './shed.ts'
import type { SourceFigures } from './sources.ts'
import type { Tally } from './tally.ts'

/** What goes on failing is told again after it was quiet for so long. */
const quietMs = 60_000
const problemsInALine = 20

/** Everything the log collector tells the outside: one method per event, its metric and its log line. */
export function createReport({ log, metrics }: Pick<Life, 'log' | 'metrics'>) {
  const { received, sent, rejected, errors } = createFlow(metrics, {
    received: 'Log records that senders sent',
    sent: 'Log records that the bus has taken',
    rejected: 'Log records that do not go on, by reason',
  })
  const passed = metrics.counter(
    'mla_log_received_total',
    'Log records let through, by source and priority',
    ['source', 'priority'],
  )
  const withheld = metrics.counter(
    'mla_log_withheld_total',
    'Log records left out as the CDB says, by source, reason and priority',
    ['source', 'reason', 'priority'],
  )
  const shed = metrics.counter(
    'mla_log_shed_total',
    'Log records that made room in a full queue or spool, by source and priority',
    ['source', 'priority'],
  )
  const bytes = metrics.counter('mla_log_bytes_total', 'Bytes of log records', ['source'])
  const notUnderstood = metrics.counter(
    'mla_log_not_understood_total',
    'Log records kept whole, because the recipe does not understand them',
    ['source'],
  )
  const cut = metrics.counter('mla_log_cut_total', 'Records that were too long', ['source'])
  const cutBytes = metrics.counter('mla_log_cut_bytes_total', 'Bytes cut off them', ['source'])
  const strange = metrics.counter(
    'mla_log_implausible_times_total',
    'Records whose stamp lies in the future or more than a day behind',
    ['source'],
  )
  const problems = metrics.counter(
    'mla_log_problems_total',
    'Packets, requests, connections and files that could not be used, by source and reason',
    ['source', 'reason'],
  )
  const connections = metrics.gauge('mla_log_connections', 'Open connections', ['source'])
  const files = metrics.gauge('mla_log_files', 'Files that are followed', ['source'])
  const failing = metrics.gauge('mla_log_endpoints_failing', 'Addresses not listened on', [
    'source',
  ])
  const batches = metrics.counter('mla_batches_total', 'Batches that the bus has taken')
  const latency = metrics.histogram(
    'mla_publish_seconds',
    'Time until the bus has taken a group of batches',
    [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  )
  const spoolBytes = metrics.gauge('mla_spool_bytes', 'Bytes in the spool on disk')
  const spoolFiles = metrics.gauge('mla_spool_files', 'Files in the spool on disk')
  const queueBytes = metrics.gauge('mla_queue_bytes', 'Bytes of batches that wait in memory')
  const slowed = metrics.gauge('mla_log_senders_slowed', '1 while TCP senders are made to wait')
  const busUp = metrics.gauge('mla_bus_up', '1 while the bus takes what is sent')
  const toldAt = new Map<string, number>()
  slowed.set(0)
  // A step from nothing would not be seen by the rule that looks at losses.
  for (const reason of [
    'lost at stop',
    'refused by the bus',
    'damaged file',
    'queue full',
    'spool full',
  ]) {
    rejected.add(0, { reason })
  }
  errors.add(0, { code: 'SPOOL_FAILED' })
  let busIsAway = false
  let hasLevels = false

  const failure = (error: unknown) => {
    const code = error instanceof MlaError ? error.code : 'UNKNOWN'
    errors.add(1, { code })
    return { err: error, code }
  }
  /** True where this was not told for a while. */
  const isNews = (what: string): boolean => {
    const now = performance.now()
    if (now - (toldAt.get(what) ?? Number.NEGATIVE_INFINITY) < quietMs) return false
    toldAt.set(what, now)
    return true
  }

  return {
    started(collector: string, sources: readonly string[] | null): void {
      log.info({ collector, sources: sources ?? 'all' }, 'collecting logs')
    },
    stopped(lost: number, spooledBytes: number): void {
      if (lost > 0) {
        rejected.add(lost, { reason: 'lost at stop' })
        log.error({ lost }, 'stopped; neither bus nor disk took the last records')
      } else log.info({ spooledBytes }, 'stopped; everything is on the bus or in the spool')
    },
    cdbInForce(version: string, sources: number, missing: readonly string[]): void {
      log.info({ version, sources }, 'configuration in force')
      if (missing.length > 0) log.warn({ missing }, 'MLA_LOG_SOURCES names sources the CDB has not')
    },
    cdbRefused(found: readonly Problem[]): void {
      errors.add(1, { code: 'CDB_INVALID' })
      const fields = { problems: found.slice(0, problemsInALine), count: found.length }
      log.error(fields, 'configuration refused, the one in force stays')
    },
    levelsInForce(rules: readonly LogLevelRule[]): void {
      if (rules.length === 0 && !hasLevels) return
      hasLevels = rules.length > 0
      const levels = rules.map(({ source, minPriority, by }) => `${source} ${minPriority} (${by})`)
      log.info({ levels }, 'log levels that are not as configured')
    },
    levelsNotFollowed(error: unknown): void {
      const fields = failure(error)
      if (isNews('levels')) log.warn(fields, 'log levels are not followed, those known stay')
    },
    listening(
      source: string,
      transport: string,
      address: SourceFigures['addresses'][number],
    ): void {
      log.info({ source, transport, ...address }, 'listening')
    },
    cannotListen(source: string, listen: LogListen, error: unknown): void {
      const fields = failure(error)
      if (isNews(`listen ${source} ${listen.port}`)) {
        log.error({ source, ...listen, ...fields }, 'cannot listen here, trying again')
      }
    },
    sourceFailed(source: string, error: unknown): void {
      const fields = failure(error)
      if (isNews(`source ${source}`)) log.warn({ source, ...fields }, 'files cannot be read')
    },
    /** Tells what was counted since the last time, and begins anew. */
    tallied(source: string, tally: Tally): void {
      const label = { source }
      let count = countOf(tally.received)
      tally.received.forEach((amount, rank) => {
        if (amount > 0) passed.add(amount, { source, priority: priorities[rank] ?? '' })
      })
      for (const [reason, counts] of tally.withheld) {
        const amount = countOf(counts)
        count += amount
        rejected.add(amount, { reason })
        counts.forEach((part, rank) => {
          if (part > 0) withheld.add(part, { source, reason, priority: priorities[rank] ?? '' })
        })
      }
      received.add(count)
      bytes.add(tally.bytes, label)
      if (tally.notUnderstood > 0) notUnderstood.add(tally.notUnderstood, label)
      if (tally.cutFrames > 0) {
        cut.add(tally.cutFrames, label)
        cutBytes.add(tally.cutBytes, label)
      }
      if (tally.strangeTimes > 0) strange.add(tally.strangeTimes, label)
      for (const [reason, amount] of tally.problems) {
        problems.add(amount, { source, reason })
        if (isNews(`problem ${source} ${reason}`))
          log.warn({ source, reason, amount }, 'log problem')
      }
      tally.clear()
    },
    published(entries: readonly Entry[], tookMs: number): void {
      sent.add(recordsIn(entries))
      batches.add(entries.length)
      latency.observe(tookMs / 1000)
      busUp.set(1)
      if (busIsAway) log.info({}, 'the bus is back')
      busIsAway = false
    },
    busAway(error: unknown): void {
      busUp.set(0)
      const fields = failure(error)
      if (!busIsAway) log.warn(fields, 'the bus is away, batches go to the spool')
      busIsAway = true
    },
    refused(entry: Entry, error: unknown): void {
      const records = countOf(entry.ranks)
      rejected.add(records, { reason: 'refused by the bus' })
      const { lane, partition, bytes: batch } = entry
      const fields = { ...failure(error), lane, partition, records, bytes: batch.length }
      log.error(fields, 'the bus refused a batch, it is dropped')
    },
    spoolFailed(error: unknown): void {
      const fields = failure(error)
      if (isNews('spool')) log.error(fields, 'the spool fails, batches wait in memory')
    },
    damaged(file: string): void {
      rejected.add(1, { reason: 'damaged file' })
      log.error({ file }, 'a file of ours cannot be read and is set aside')
    },
    shed(where: 'spool' | 'queue', what: Shed): void {
      let count = 0
      for (const [source, ranks] of what) {
        count += countOf(ranks)
        ranks.forEach((amount, rank) => {
          if (amount > 0) shed.add(amount, { source, priority: priorities[rank] ?? '' })
        })
      }
      if (count === 0) return
      rejected.add(count, { reason: `${where} full` })
      if (isNews(where))
        log.error({ count }, `the ${where} is full, the least important records go`)
    },
    full(isFull: boolean): void {
      slowed.set(isFull ? 1 : 0)
      if (isFull && isNews('full')) log.warn({}, 'the queue is full, senders wait')
    },
    topicsRefused(error: unknown): void {
      log.error(failure(error), 'the topic cannot be made, it must be there already (mla setup)')
    },
    standing(
      sources: readonly SourceFigures[],
      spool: { readonly bytes: number; readonly files: number },
      waitingBytes: number,
    ): void {
      for (const one of sources) {
        const label = { source: one.id }
        connections.set(one.connections, label)
        files.set(one.files, label)
        failing.set(one.failing, label)
      }
      spoolBytes.set(spool.bytes)
      spoolFiles.set(spool.files)
      queueBytes.set(waitingBytes)
    },
  }
}

export type Report = ReturnType<typeof createReport>
