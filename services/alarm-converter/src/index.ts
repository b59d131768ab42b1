import type { Bus } from '@mla/bus'
import { describeProblems, type LoadResult } from '@mla/cdb'
import type { Life } from '@mla/kit'
import { microsOfMillis } from '@mla/model'
import { type AlarmConverterSettings, alarmConverterEnv } from './config.ts'
import { type Convert, createConvert, rulesOf } from './conversion-of.ts'
import { convertAll } from './convert.ts'
import { createReport } from './report.ts'

export interface AlarmConverterParts {
  readonly bus: Pick<Bus, 'consume' | 'publish'>
  /** The configuration in force, as it changes. */
  readonly cdb: AsyncIterable<LoadResult>
  readonly settings?: AlarmConverterSettings
}

/** Runs alarm-converter until the life ends. It begins with the first valid configuration. */
export async function runAlarmConverter(parts: AlarmConverterParts, life: Life): Promise<void> {
  const { bus, cdb, settings = alarmConverterEnv.parse({}) } = parts
  const { signal } = life
  const report = createReport(life)
  const first = Promise.withResolvers<Convert | null>()
  let inForce: Convert | null = null
  life.health.set(life.name, 'waiting for the configuration')

  async function follow(): Promise<void> {
    for await (const result of cdb) {
      if (!result.ok) {
        report.refusedConfiguration(result.problems.length, describeProblems(result.problems))
        continue
      }
      const rules = rulesOf(result.cdb)
      inForce = createConvert(settings.MLA_CONVERTER, rules)
      report.configured(result.cdb.version, rules.iasios.size)
      first.resolve(inForce)
    }
    first.resolve(null)
  }
  const following = follow().catch((error: unknown) => {
    first.resolve(null)
    if (!signal.aborted) throw error
  })
  const begun = await Promise.race([first.promise, aborted(signal)])
  if (begun) {
    life.health.set(life.name, 'waiting for partitions')
    const now = () => microsOfMillis(Date.now())
    const running = convertAll({ bus, report, convert: () => inForce ?? begun, now }, life)
    // The configuration may end; reading ends with the signal.
    await Promise.race([running, following.then(() => running)])
  } else await following
}

const aborted = (signal: AbortSignal): Promise<null> =>
  new Promise((done) => {
    if (signal.aborted) done(null)
    else signal.addEventListener('abort', () => done(null), { once: true })
  })

export { type AlarmConverterSettings, alarmConverterEnv } from './config.ts'
export { createReport, type Report } from './report.ts'
