import { type Cdb, describeProblems, type LoadResult } from '@mla/cdb'
import type { Life } from '@mla/kit'

/** The configuration in force; it changes while the service runs. */
export interface Configuration {
  readonly cdb: Cdb
}

/**
 * Follows the versions of the CDB: resolves with the first valid one and replaces it by each later
 * one that is valid. Throws CDB_INVALID where the stream ends before there is one.
 */
export async function followConfiguration(
  versions: AsyncIterable<LoadResult>,
  { log }: Pick<Life, 'log'>,
): Promise<Configuration | null> {
  const iterator = versions[Symbol.asyncIterator]()
  const next = async (): Promise<Cdb | null> => {
    for (;;) {
      const result = await iterator.next()
      if (result.done) return null
      if (result.value.ok) return result.value.cdb
      const problems = describeProblems(result.value.problems)
      log.error({ problems: result.value.problems.length }, `configuration refused:\n${problems}`)
    }
  }
  const first = await next()
  if (first === null) return null
  const configuration = { cdb: first }
  const follow = async () => {
    for (let cdb = await next(); cdb !== null; cdb = await next()) configuration.cdb = cdb
  }
  follow().catch((error: unknown) => log.error({ err: error }, 'the configuration is not followed'))
  return configuration
}
