import type { Archive } from '@mla/archive'
import type { Bus } from '@mla/bus'
import { type Cdb, describeProblems, type LoadResult } from '@mla/cdb'
import type { Life } from '@mla/kit'
import { microsOfMillis } from '@mla/model'
import { connectAlertmanager } from './alertmanager.ts'
import { createAnnunciator } from './annunciate.ts'
import { type AlarmDispatcherSettings, alarmDispatcherEnv } from './config.ts'
import { dispatch } from './dispatch.ts'
import { createMakings } from './makings.ts'
import { createReport } from './report.ts'
import { openTelling } from './telling.ts'

export interface AlarmDispatcherParts {
  readonly bus: Bus
  readonly archive: Pick<Archive, 'alarms'>
  /** The configuration in force, as it changes. */
  readonly cdb: AsyncIterable<LoadResult>
  readonly settings?: AlarmDispatcherSettings
  /** For a bus that forgets with the process: reads it to its end before it stops. */
  readonly untilEmpty?: boolean
}

/** Runs alarm-dispatcher until the life ends. */
export async function runAlarmDispatcher(parts: AlarmDispatcherParts, life: Life): Promise<void> {
  const { bus, archive, cdb, untilEmpty = false } = parts
  const settings = parts.settings ?? alarmDispatcherEnv.parse({})
  const { signal } = life
  const report = createReport(life)
  const now = () => microsOfMillis(Date.now())
  life.health.set(life.name, 'waiting for partitions')
  let inForce: Cdb | null = null
  const makingOf = createMakings(() => inForce)
  const configure = async (): Promise<void> => {
    for await (const result of cdb) {
      if (result.ok) inForce = result.cdb
      else report.configurationRefused(describeProblems(result.problems))
    }
  }
  const configuring = configure().catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  const annunciator =
    settings.MLA_ALERTMANAGER_URL === ''
      ? null
      : createAnnunciator({
          alertmanager: connectAlertmanager(settings.MLA_ALERTMANAGER_URL, signal),
          makingOf,
          publicUrl: settings.MLA_PUBLIC_URL,
          everyMs: settings.MLA_ALERTMANAGER_SECONDS * 1000,
          now,
          sent: report.alerted,
          failed: report.alertFailed,
          escalated: report.escalated,
        })
  const people = await openTelling({ settings, makingOf, report, now, signal })
  const telling = Promise.all([annunciator?.run(signal), people.run()])
  const dispatching = {
    bus,
    archive: archive.alarms,
    annunciator,
    people,
    makingOf,
    report,
    untilEmpty,
    now,
  }
  const running = dispatch(dispatching, life)
  // The configuration may end; reading ends with the signal.
  await Promise.race([running, configuring.then(() => running)])
  await telling
}

export { type AlarmDispatcherSettings, alarmDispatcherEnv } from './config.ts'
export { createReport, type Report } from './report.ts'
