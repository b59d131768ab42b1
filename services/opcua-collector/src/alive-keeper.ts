import { join } from 'node:path'
import type { Micros } from '@mla/model'
import { readSignsOfLife, type SignOfLife, type SignsOfLife, writeSignsOfLife } from './alive.ts'
import type { Report } from './report.ts'
import type { SourceState } from './source.ts'

export interface AliveKeeper {
  /**
   * Where the values of a source ended in the life before this one; null where it had none. That
   * lived on for up to a tick, or two of a busy machine, after its last sign: so a marker at the
   * time told lies behind every value of it, and before those of this one.
   */
  endedAt(source: string): SignOfLife | null
  /** Writes how things stand; `unsafeSince` is when the oldest was collected that a kill would lose. */
  keep(
    states: ReadonlyMap<string, SourceState>,
    unsafeSince: Micros | null,
    now: Micros,
  ): Promise<void>
}

export async function openAliveKeeper(
  folder: string,
  tickMs: number,
  begin: Micros,
  report: Pick<Report, 'signsOfLifeFailed'>,
): Promise<AliveKeeper> {
  const path = join(folder, 'signs-of-life.json')
  const earlier = await readSignsOfLife(path).catch((error): SignsOfLife => {
    report.signsOfLifeFailed(error)
    return new Map()
  })
  let written = earlier
  let writing: Promise<void> | null = null

  return {
    endedAt(source) {
      const sign = earlier.get(source)
      if (sign === undefined) return null
      return sign.isMarked
        ? sign
        : { ...sign, time: Math.min(sign.time + 2 * tickMs * 1000, begin) }
    },
    async keep(states, unsafeSince, now) {
      // Two at once would write the same file; the later state is the one to keep.
      while (writing !== null) await writing
      written = signsOf(states, written, unsafeSince, now)
      writing = writeSignsOfLife(path, written)
        .catch(report.signsOfLifeFailed)
        .finally(() => {
          writing = null
        })
      await writing
    },
  }
}

/** A source that is in a gap counts as marked only when its marker is safe. */
function signsOf(
  states: ReadonlyMap<string, SourceState>,
  before: SignsOfLife,
  unsafeSince: Micros | null,
  now: Micros,
): SignsOfLife {
  const signs = new Map<string, SignOfLife>()
  for (const [id, { isLive, gapSince }] of states) {
    const known = before.get(id)
    if (isLive) signs.set(id, { time: Math.min(unsafeSince ?? now, now), isMarked: false })
    else if (known !== undefined && unsafeSince !== null) signs.set(id, known)
    else if (gapSince !== null) signs.set(id, { time: gapSince, isMarked: true })
  }
  return signs
}
