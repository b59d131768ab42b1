import type { Problem } from '@mla/cdb'
import { createFlow, type Life } from '@mla/kit'
import { formatTime, type Micros, MlaError } from '@mla/model'
import { suppressions } from '@mla/processing'
import type { Entry } from './entry.ts'
import type { IntakeCounts } from './intake.ts'
import type { Offender } from './offenders.ts'
import type { SourceStanding } from './source.ts'

/** What goes on failing is told again after it was quiet for so long. */
const quietMs = 60_000
const now = (): number => performance.now()

/** Names in one log line; the rest is counted and stands in the figures. */
const namesInALine = 20

/** Why samples are lost; a step from nothing would not be seen by the rule that looks at them. */
const lossReasons = [
  'lost at stop',
  'no such lane',
  'refused by the bus',
  'damaged spool frame',
  'spool full',
  'queue full',
]

/** Why a gap marker is sent. */
const gapReasons = ['lost', 'restart', 'stop', 'removed'] as const
export type GapReason = (typeof gapReasons)[number]

/** Everything the collector tells the outside: one method per event, its metric and its log line. */
export function createReport({ log, metrics }: Pick<Life, 'log' | 'metrics'>) {
  const { received, sent, rejected, errors } = createFlow(metrics, {
    received: 'Values that OPC-UA servers sent',
    sent: 'Samples that the bus has taken',
    rejected: 'Samples that were dropped, by reason',
  })
  const faulty = metrics.counter(
    'mla_faulty_values_total',
    'Values sent on as BAD because they are not what the CDB says, by reason',
    ['reason'],
  )
  const overflows = metrics.counter(
    'mla_overflow_values_total',
    'Values in front of which an OPC-UA server lost others (overflow bit)',
  )
  const implausible = metrics.counter(
    'mla_implausible_times_total',
    'Values whose stamp lies in the future or far in the past',
    ['direction'],
  )
  const gaps = metrics.counter('mla_gap_markers_total', 'Gap markers sent, by reason', ['reason'])
  const resumed = metrics.counter(
    'mla_resumed_values_total',
    'Unchanged values sent a second time with the time of collection, to end a gap',
  )
  const batches = metrics.counter('mla_batches_total', 'Batches that the bus has taken')
  const latency = metrics.histogram(
    'mla_publish_seconds',
    'Time until the bus has taken a group of batches',
    [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  )
  const suppressed = metrics.counter(
    'mla_suppressed_values_total',
    'Values that the filters of the CDB held back, by reason; nothing is lost of them',
    ['reason'],
  )
  const repeated = metrics.counter(
    'mla_repeated_values_total',
    'Unchanged values that were sent again, so that silence means a fault',
  )
  const connected = metrics.gauge('mla_source_connected', '1 while values can come', ['source'])
  const reconnections = metrics.counter(
    'mla_source_losses_total',
    'Times that the values of a source, or a part of them, were cut off',
    ['source'],
  )
  const watched = metrics.gauge('mla_points_watched', 'Points that OPC-UA servers watch for us')
  const failed = metrics.gauge('mla_points_failed', 'Points that their OPC-UA server refuses')
  const faultyPoints = metrics.gauge('mla_points_faulty', 'Points whose last value was faulty')
  const spoolBytes = metrics.gauge('mla_spool_bytes', 'Bytes in the spool on disk')
  const spoolLimit = metrics.gauge(
    'mla_spool_limit_bytes',
    'Bytes that the spool may take; at that the oldest samples go',
  )
  const spoolFiles = metrics.gauge('mla_spool_files', 'Files in the spool on disk')
  const queueBytes = metrics.gauge('mla_queue_bytes', 'Bytes of batches that wait in memory')
  const busUp = metrics.gauge('mla_bus_up', '1 while the bus takes what is sent')
  for (const reason of suppressions) suppressed.add(0, { reason })
  for (const reason of lossReasons) rejected.add(0, { reason })
  for (const direction of ['future', 'past']) implausible.add(0, { direction })
  for (const reason of gapReasons) gaps.add(0, { reason })
  errors.add(0, { code: 'SPOOL_FAILED' })
  let spoolFailedAt = Number.NEGATIVE_INFINITY
  let busIsAway = false

  const failure = (error: unknown) => {
    const code = error instanceof MlaError ? error.code : 'UNKNOWN'
    errors.add(1, { code })
    return { err: error, code }
  }

  return {
    started(collector: string, sources: readonly string[] | null, maxSpoolBytes: number): void {
      spoolLimit.set(maxSpoolBytes)
      log.info({ collector, sources: sources ?? 'all' }, 'collecting')
    },
    stopped(lost: number, spooledBytes: number): void {
      if (lost > 0) {
        rejected.add(lost, { reason: 'lost at stop' })
        log.error({ lost }, 'stopped; neither bus nor disk took the last samples')
      } else log.info({ spooledBytes }, 'stopped; everything is on the bus or in the spool')
    },
    cdbInForce(version: string, sources: number, points: number, missing: readonly string[]): void {
      log.info({ version, sources, points }, 'configuration in force')
      if (missing.length > 0)
        log.warn({ missing }, 'MLA_SOURCES names sources the CDB does not have')
    },
    cdbRefused(problems: readonly Problem[]): void {
      errors.add(1, { code: 'CDB_INVALID' })
      log.error(
        { problems: problems.slice(0, namesInALine), count: problems.length },
        'configuration refused, the one in force stays',
      )
    },
    cdbFailed(error: unknown): void {
      log.error(failure(error), 'the configuration can no longer be followed')
    },
    received(count: number, counts: IntakeCounts): void {
      received.add(count)
      for (const [reason, amount] of counts.faults) faulty.add(amount, { reason })
      for (const [reason, amount] of counts.suppressed) suppressed.add(amount, { reason })
      if (counts.unknown > 0) rejected.add(counts.unknown, { reason: 'no such point' })
      if (counts.overflows > 0) overflows.add(counts.overflows)
      if (counts.future > 0) implausible.add(counts.future, { direction: 'future' })
      if (counts.past > 0) implausible.add(counts.past, { direction: 'past' })
      if (counts.resumed > 0) resumed.add(counts.resumed)
    },
    repeated(count: number): void {
      repeated.add(count)
    },
    noLane(count: number): void {
      rejected.add(count, { reason: 'no such lane' })
    },
    offenders(source: string, offenders: readonly Offender[]): void {
      if (offenders.length === 0) return
      log.warn(
        { source, points: offenders.slice(0, namesInALine), count: offenders.length },
        'points whose values are not what the configuration says',
      )
    },
    nodesRefused(source: string, offenders: readonly Offender[]): void {
      if (offenders.length === 0) return
      log.warn(
        { source, points: offenders.slice(0, namesInALine), count: offenders.length },
        'points that the OPC-UA server refuses',
      )
    },
    connecting(source: string, reason: string): void {
      connected.set(0, { source })
      log.info({ source, reason }, 'connecting')
    },
    connected(source: string): void {
      connected.set(1, { source })
      reconnections.add(0, { source })
      log.info({ source }, 'connected')
    },
    lost(source: string, since: Micros, reason: string, keys: 'all' | number): void {
      if (keys === 'all') connected.set(0, { source })
      reconnections.add(1, { source })
      log.warn({ source, since: formatTime(since), reason, points: keys }, 'values are cut off')
    },
    sourceFailed(source: string, error: unknown): void {
      connected.set(0, { source })
      log.warn({ source, ...failure(error) }, 'source cannot be opened, trying again')
    },
    sourceClosed(source: string): void {
      connected.set(0, { source })
    },
    revised(source: string, what: string, asked: number, granted: number): void {
      log.info({ source, what, asked, granted }, 'the OPC-UA server revised what was asked')
    },
    gaps(reason: GapReason, count: number): void {
      if (count > 0) gaps.add(count, { reason })
    },
    published(samples: number, count: number, tookMs: number): void {
      sent.add(samples)
      batches.add(count)
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
      rejected.add(entry.samples, { reason: 'refused by the bus' })
      const { key: lane, partition, samples, bytes } = entry
      log.error(
        { ...failure(error), lane, partition, samples, bytes: bytes.length },
        'the bus refused a batch, it is dropped',
      )
    },
    spoolFailed(error: unknown): void {
      const fields = failure(error)
      if (now() - spoolFailedAt >= quietMs)
        log.error(fields, 'the spool fails, batches wait in memory')
      spoolFailedAt = now()
    },
    spoolDamaged(file: string, bytes: number): void {
      rejected.add(1, { reason: 'damaged spool frame' })
      log.error({ file, bytes }, 'a part of the spool cannot be read and is skipped')
    },
    shed(where: 'spool' | 'queue', samples: number): void {
      rejected.add(samples, { reason: `${where} full` })
      log.error({ samples }, `the ${where} is full, its oldest samples became gap markers`)
    },
    signsOfLifeFailed(error: unknown): void {
      errors.add(1, { code: 'SPOOL_FAILED' })
      log.warn(
        { err: error },
        'the signs of life cannot be kept: the gap of a crash would not be marked',
      )
    },
    topicsRefused(error: unknown): void {
      log.error(failure(error), 'the topic cannot be made, it must be there already (mla setup)')
    },
    standing(
      sources: readonly SourceStanding[],
      spool: { readonly bytes: number; readonly files: number },
      waitingBytes: number,
    ): void {
      const sum = (of: (source: SourceStanding) => number) =>
        sources.reduce((total, source) => total + of(source), 0)
      watched.set(sum((source) => source.watched))
      failed.set(sum((source) => source.refused))
      faultyPoints.set(sum((source) => source.faulty))
      spoolBytes.set(spool.bytes)
      spoolFiles.set(spool.files)
      queueBytes.set(waitingBytes)
    },
  }
}

export type Report = ReturnType<typeof createReport>
