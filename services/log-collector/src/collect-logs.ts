import { join } from 'node:path'
import { type Bus, logRecords } from '@mla/bus'
import type { LoadResult } from '@mla/cdb'
import { followLogLevels } from '@mla/control'
import { type Life, lockFolder, retry } from '@mla/kit'
import type { Micros } from '@mla/model'
import type { LogCollectorSettings } from './config.ts'
import { recordsIn } from './entry.ts'
import { createLanes } from './lanes.ts'
import { createOutbox } from './outbox.ts'
import { openPositions } from './positions.ts'
import { createReport } from './report.ts'
import { createSources, type SourceFigures } from './sources.ts'
import { openSpool } from './spool.ts'

export interface LogCollectorParts {
  readonly bus: Pick<Bus, 'publish' | 'createTopics' | 'follow'>
  /** The configuration, version after version; a broken one is refused. */
  readonly cdb: AsyncIterable<LoadResult>
  readonly settings: LogCollectorSettings
  /** The clock, in microseconds. */
  readonly now?: () => Micros
  /** Is handed, at the start, what tells how things stand. */
  readonly onStart?: (figures: () => LogCollectorFigures) => void
}

export interface LogCollectorFigures {
  /** Null before the first valid version. */
  readonly cdbVersion: string | null
  readonly sources: readonly SourceFigures[]
  readonly spoolBytes: number
  readonly queueBytes: number
  readonly isBusAway: boolean
  /** TCP senders are made to wait. */
  readonly isFull: boolean
  /** Log levels that are not as configured: `hosts/pi-7 DEBUG`. */
  readonly levels: readonly string[]
}

const tickMs = 250

/**
 * Moves log records from the sources of the CDB to `log.records` until the life ends; then every
 * record that was received is on the bus or in the spool. Throws SPOOL_FAILED where another
 * collector uses the data folder.
 */
export async function collectLogs(parts: LogCollectorParts, life: Life): Promise<void> {
  const { settings, bus, now = () => Date.now() * 1000 } = parts
  const { signal } = life
  const report = createReport(life)
  await using _lock = await lockFolder(settings.dataFolder)
  const positions = await openPositions(join(settings.dataFolder, 'positions.json'), report.damaged)
  const spool = await openSpool(
    { folder: join(settings.dataFolder, 'spool'), maxBytes: settings.spoolBytes },
    { shed: (shed) => report.shed('spool', shed), damaged: report.damaged },
  )
  // The topic is made before anything is sent, lest the broker makes it with settings of its own.
  let isBusTried = false
  const topicsExist = retry(() => bus.createTopics([logRecords]), signal, report.busAway)
    .catch(report.topicsRefused)
    .then(() => {
      isBusTried = true
    })
  const outbox = createOutbox({
    bus: { publish: (topic, records) => topicsExist.then(() => bus.publish(topic, records)) },
    spool,
    settings,
    events: {
      ...report,
      shed: (shed) => report.shed('queue', shed),
      full(isFull) {
        report.full(isFull)
        sources.pause(isFull)
      },
    },
  })
  const { collector, batchBytes, pollMs } = settings
  const lanes = createLanes({ collector, epoch: now(), batchBytes, now, put: outbox.put })
  const sources = createSources({
    ...{ collector, positions, pollMs, lanes, report, now },
    log: life.log,
    wanted: settings.sources,
    put: outbox.put,
  })
  const figures = (): LogCollectorFigures => ({
    cdbVersion: sources.cdbVersion,
    sources: sources.figures(),
    spoolBytes: spool.bytes,
    queueBytes: outbox.waitingBytes,
    isBusAway: outbox.isBusAway,
    isFull: outbox.isFull,
    levels: sources.levels,
  })
  const tick = (): void => {
    sources.tick()
    report.standing(sources.figures(), spool, outbox.waitingBytes)
    life.health.set(life.name, hindrance(figures(), isBusTried))
  }
  const timers = [setInterval(lanes.sealAll, settings.batchMs), setInterval(tick, tickMs)]
  report.started(collector, settings.sources)
  followLogLevels(
    bus,
    signal,
    (rules) => {
      sources.setLevels(rules)
      report.levelsInForce([...rules.values()])
    },
    report.levelsNotFollowed,
  ).catch((error: unknown) => signal.aborted || report.levelsNotFollowed(error))
  parts.onStart?.(figures)

  await sources.follow(parts.cdb)
  // A configuration that ends does not end the collecting.
  await aborted(signal)
  await sources.close()
  for (const timer of timers) clearInterval(timer)
  lanes.sealAll()
  const unsafe = await outbox.close(settings.flushMs)
  report.stopped(recordsIn(unsafe), spool.bytes)
}

/** Why it is not wholly ready; null where it is. */
function hindrance(
  { cdbVersion, sources, isBusAway }: LogCollectorFigures,
  isBusTried: boolean,
): string | null {
  if (cdbVersion === null) return 'waiting for the configuration'
  if (!isBusTried) return 'waiting for the bus'
  const failing = sources.filter(({ failing }) => failing > 0).map(({ id }) => id)
  if (failing.length > 0) return `cannot listen for ${failing.join(', ')}`
  return isBusAway ? 'the bus is away, records go to the spool' : null
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })
