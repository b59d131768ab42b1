import { setTimeout as delay } from 'node:timers/promises'
import { buildCdb } from './build.ts'
import type { LoadResult } from './cdb.ts'
import type { Environment } from './environment.ts'
import { listFolder, readFolder } from './read-folder.ts'
import { canonical } from './version.ts'

export interface WatchSettings {
  /** How often the folder is looked at. */
  readonly pollMs?: number
}

/** A folder of thousands of files is looked at less often: so much longer than a look takes. */
const pausePerLook = 50

/**
 * The configuration in a folder: at once, and again after each change that has settled (two
 * looks alike). The same content is not repeated; a broken one comes as its problems, and the
 * consumer keeps what it has. Ends when the signal aborts.
 *
 * It looks at names, sizes and times instead of asking for events, which do not come from
 * network file systems and from folders mounted into containers.
 */
export async function* watchCdb(
  folder: string,
  env: Environment,
  signal: AbortSignal,
  { pollMs = 2_000 }: WatchSettings = {},
): AsyncIterable<LoadResult> {
  let loaded: string | null = null
  let yielded: string | null = null
  let before: string | null = null
  while (!signal.aborted) {
    const began = performance.now()
    const { stamp } = await listFolder(folder)
    const lookMs = performance.now() - began
    const settled = stamp === before || before === null
    before = stamp
    if (settled && stamp !== loaded) {
      const content = await readFolder(folder)
      // Written to while it was read: the next look tells.
      if (content.stamp === stamp) {
        loaded = stamp
        const result = buildCdb(content.files, env, content.problems)
        const identity = identityOf(result)
        if (identity !== yielded) {
          yielded = identity
          yield result
        }
      }
    }
    const pauseMs = Math.max(pollMs, lookMs * pausePerLook)
    await delay(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}

const identityOf = (result: LoadResult): string =>
  result.ok ? result.cdb.version : canonical(result.problems)
