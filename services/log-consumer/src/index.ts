import type { Archive } from '@mla/archive'
import type { Bus } from '@mla/bus'
import { describeProblems, type LoadResult } from '@mla/cdb'
import type { Life } from '@mla/kit'
import { type LogConsumerSettings, logConsumerEnv } from './config.ts'
import { createConsuming } from './consume-logs.ts'
import { createReport } from './report.ts'

export interface LogConsumerParts {
  readonly bus: Bus
  readonly archive: Pick<Archive, 'logs' | 'expire'>
  /** The configuration in force, as it changes. */
  readonly cdb: AsyncIterable<LoadResult>
  readonly settings?: LogConsumerSettings
  /** For a bus that forgets with the process: reads it to its end before it stops. */
  readonly untilEmpty?: boolean
}

/** Runs log-consumer until the life ends. It begins with the first valid configuration. */
export async function runLogConsumer(parts: LogConsumerParts, life: Life): Promise<void> {
  const { bus, archive, cdb, settings = logConsumerEnv.parse({}), untilEmpty = false } = parts
  life.health.set(life.name, 'waiting for partitions')
  const consuming = createConsuming(
    {
      ...{ bus, archive: archive.logs, expire: archive.expire, settings, untilEmpty },
      ...{ report: createReport(life), nowMs: Date.now },
    },
    life,
  )
  const first = Promise.withResolvers<void>()
  const configure = async () => {
    for await (const result of cdb) {
      if (result.ok) {
        consuming.configure(result.cdb)
        first.resolve()
        continue
      }
      const problems = describeProblems(result.problems)
      life.log.error({ problems: result.problems.length }, `configuration refused:\n${problems}`)
    }
    first.resolve()
  }
  const following = configure().catch((error: unknown) => {
    first.resolve()
    if (!life.signal.aborted) throw error
  })
  await first.promise
  const running = consuming.run()
  // The configuration may end; reading ends with the signal.
  await Promise.race([running, following.then(() => running)])
}

export { type LogConsumerSettings, logConsumerEnv } from './config.ts'
export { createReport, type Report } from './report.ts'
