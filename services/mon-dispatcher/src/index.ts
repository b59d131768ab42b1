import type { Archive } from '@mla/archive'
import { type Bus, monDerived, monSamples } from '@mla/bus'
import type { Cdb } from '@mla/cdb'
import type { Life } from '@mla/kit'
import { dispatch } from './dispatch.ts'
import { keepRollups } from './keep-rollups.ts'
import { processSamples } from './process.ts'
import { createReport } from './report.ts'
import { createFeedReport } from './report-feed.ts'
import { createProcessingReport } from './report-processing.ts'
import { createRollupReport } from './report-rollups.ts'

export interface DispatcherParts {
  readonly bus: Bus
  readonly archive: Archive
  /** For a bus that forgets with the process: reads it to its end before it stops. */
  readonly untilEmpty?: boolean
  /** The configuration in force: what is to be made of the samples. Without it, nothing is. */
  readonly configuration?: () => Cdb | null
}

/** Runs mon-dispatcher until the life ends. */
export async function runDispatcher(parts: DispatcherParts, life: Life): Promise<void> {
  life.health.set(life.name, 'waiting for partitions')
  const { untilEmpty = false, configuration } = parts
  const archiving = [monSamples, ...(configuration ? [monDerived] : [])].map((topic) => {
    // Members of one group that read different topics are in each other's way.
    const group = topic === monSamples ? 'mon-dispatcher' : `mon-dispatcher.${topic.name}`
    const report = createReport(life, topic.name, group)
    return dispatch({ ...parts, topic, group, untilEmpty, report, nowMs: Date.now }, life)
  })
  const report = createProcessingReport(life)
  const processing = configuration
    ? processSamples(
        {
          ...{ bus: parts.bus, configuration, report, nowMs: Date.now },
          feedReport: createFeedReport(life),
          latest: (points) => parts.archive.latest(points),
        },
        life,
      )
    : Promise.resolve()
  const rollups = createRollupReport(life)
  const rolling = keepRollups({ archive: parts.archive, report: rollups, nowMs: Date.now }, life)
  await Promise.all([...archiving, processing, rolling])
}

export { createReport, type Report } from './report.ts'
