import { join } from 'node:path'
import { type Bus, monSamples } from '@mla/bus'
import type { LoadResult } from '@mla/cdb'
import { type Life, lockFolder, retry } from '@mla/kit'
import type { Micros } from '@mla/model'
import { openAliveKeeper } from './alive-keeper.ts'
import type { CollectorSettings } from './config.ts'
import type { OpenLink } from './connection.ts'
import { createBatcher } from './entry.ts'
import { createOutbox } from './outbox.ts'
import { createReport } from './report.ts'
import type { SourceFigures } from './source.ts'
import { createSources } from './sources.ts'
import { openSpool } from './spool.ts'

export interface CollectorParts {
  readonly bus: Pick<Bus, 'publish' | 'createTopics'>
  /** The configuration, version after version; a broken one is refused. */
  readonly cdb: AsyncIterable<LoadResult>
  readonly openLink: OpenLink
  readonly settings: CollectorSettings
  /** The clock, in microseconds. */
  readonly now?: () => Micros
  /** Is handed, at the start, what tells how things stand. */
  readonly onStart?: (figures: () => CollectorFigures) => void
}

export interface CollectorFigures {
  /** Null before the first valid version. */
  readonly cdbVersion: string | null
  readonly sources: readonly SourceFigures[]
  readonly spoolBytes: number
  readonly queueBytes: number
  readonly isBusAway: boolean
}

const publishBytes = 1024 * 1024
const spoolFileBytes = 4 * 1024 * 1024
/** Rights that were taken away by mistake are given back by then, or it is no mistake. */
const refusalPatienceMs = 60_000
const retryDelayMs = { first: 100, max: 5000 }
const tickMs = 1000
const aliveMs = 250
const spillTickMs = 100

/**
 * Moves values from the OPC-UA servers of the CDB to `mon.samples` until the life ends; then every
 * value received is on the bus or in the spool, and the end is marked in the data.
 * Throws SPOOL_FAILED where another collector uses the data folder.
 */
export async function runCollector(parts: CollectorParts, life: Life): Promise<void> {
  const { settings, now = () => Date.now() * 1000 } = parts
  const { signal } = life
  const report = createReport(life)
  const epoch = now()
  await using _lock = await lockFolder(settings.dataFolder)
  const alive = await openAliveKeeper(settings.dataFolder, aliveMs, epoch, report)
  const spool = await openSpool(
    {
      folder: join(settings.dataFolder, 'spool'),
      maxBytes: settings.spoolBytes,
      fileBytes: Math.min(spoolFileBytes, settings.spoolBytes / 8),
    },
    { shed: (samples) => report.shed('spool', samples), damaged: report.spoolDamaged },
  )
  // The topic is made before anything is sent, lest the broker makes it with settings of its own.
  let isBusTried = false
  const topicsExist = retry(() => parts.bus.createTopics([monSamples]), signal, report.busAway)
    .catch(report.topicsRefused)
    .then(() => {
      isBusTried = true
    })
  const outbox = createOutbox({
    bus: { publish: (topic, records) => topicsExist.then(() => parts.bus.publish(topic, records)) },
    spool,
    settings: {
      queueBytes: settings.queueBytes,
      spoolAfterMs: settings.spoolAfterMs,
      publishBytes,
      refusalPatienceMs,
      retryDelayMs,
    },
    events: { ...report, shed: (samples) => report.shed('queue', samples) },
    now,
  })
  const batch = createBatcher(settings.collector, epoch)
  const sources = createSources({
    ...parts,
    report,
    log: life.log,
    now,
    send: (lane, samples, time) => outbox.put(batch(lane, samples, time)),
    endedAt: alive.endedAt,
  })

  const figures = (): CollectorFigures => ({
    cdbVersion: sources.cdbVersion,
    sources: sources.figures(),
    spoolBytes: spool.bytes,
    queueBytes: outbox.waitingBytes,
    isBusAway: outbox.isBusAway,
  })
  const keepAlive = () =>
    sources.cdbVersion === null
      ? Promise.resolve()
      : alive.keep(sources.states(), outbox.oldestUnsafe(), now())
  const tick = (): void => {
    const isSpooling = outbox.isBusAway || !spool.isEmpty
    if (!isSpooling) sources.fillIdleLanes(now(), settings.idleBatchMs * 1000)
    sources.repeatSilent(now())
    sources.tellNews()
    report.standing(sources.standings(), spool, outbox.waitingBytes)
    life.health.set(life.name, sources.waitsFor() ?? (isBusTried ? null : 'waiting for the bus'))
  }
  let keeping = false
  const timers = [
    setInterval(outbox.tick, spillTickMs),
    setInterval(tick, tickMs),
    setInterval(() => {
      // A disk that hangs must not gather what waits for it.
      if (keeping) return
      keeping = true
      void keepAlive().finally(() => {
        keeping = false
      })
    }, aliveMs),
  ]
  report.started(settings.collector, settings.sources, settings.spoolBytes)
  parts.onStart?.(figures)

  await sources.follow(parts.cdb, signal)
  for (const timer of timers) clearInterval(timer)
  await sources.close()
  const lost = await outbox.close(settings.flushMs)
  await keepAlive()
  report.stopped(lost, spool.bytes)
}
