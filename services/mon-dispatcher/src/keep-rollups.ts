import { setTimeout as delay } from 'node:timers/promises'
import type { Archive } from '@mla/archive'
import { type Life, retry } from '@mla/kit'
import { microsOfMillis } from '@mla/model'
import type { RollupReport } from './report-rollups.ts'

export interface KeepRollupsParts {
  readonly archive: Pick<Archive, 'rollUp'>
  readonly report: RollupReport
  readonly nowMs: () => number
  /** How long it waits when nothing is due. */
  readonly everyMs?: number
}

const restAtLeastMs = 20

/**
 * Has the archive roll up what is due until the life ends, half of the time at most: nobody waits
 * for a rollup, since what has none is answered from its samples.
 */
export async function keepRollups(parts: KeepRollupsParts, { signal }: Life): Promise<void> {
  const { archive, report, nowMs, everyMs = 10_000 } = parts
  while (!signal.aborted) {
    const began = performance.now()
    const work = () => archive.rollUp(microsOfMillis(nowMs()))
    const figures = await retry(work, signal, report.failed).catch((error: unknown) => {
      if (!signal.aborted) report.failed(error)
      return null
    })
    if (figures) report.rolled(figures)
    const tookMs = performance.now() - began
    const restMs = figures && figures.rolled > 0 ? Math.max(tookMs, restAtLeastMs) : everyMs
    await delay(restMs, undefined, { signal }).catch(() => undefined)
  }
}
