import { once } from 'node:events'
import type { Cdb, LoadResult } from '@mla/cdb'
import type { Micros } from '@mla/model'
import type { SignOfLife } from './alive.ts'
import { missingSources, planOf } from './plan.ts'
import {
  type CollectedSource,
  createSource,
  type SourceFigures,
  type SourceParts,
  type SourceStanding,
  type SourceState,
} from './source.ts'

export interface SourcesParts extends SourceParts {
  /** Where the values of an earlier life ended; null where there were none. */
  endedAt(source: string): SignOfLife | null
}

/** The sources of the CDB in force that this instance handles. */
export interface Sources {
  /** Takes version after version until the signal; what is broken leaves the one in force. */
  follow(cdb: AsyncIterable<LoadResult>, signal: AbortSignal): Promise<void>
  fillIdleLanes(now: Micros, idleMicros: Micros): void
  /** Sends again what was silent for as long as it may be. */
  repeatSilent(now: Micros): void
  tellNews(): void
  /** By source. */
  states(): ReadonlyMap<string, SourceState>
  figures(): readonly SourceFigures[]
  standings(): readonly SourceStanding[]
  /** What is still to come before the collector is ready; null where nothing is. */
  waitsFor(): string | null
  /** Closes all connections and marks the end of all values. */
  close(): Promise<void>
  /** Null before the first valid version. */
  readonly cdbVersion: string | null
}

/** A source that has not answered by then no longer holds up that the collector is ready. */
const triedMicros = 15_000_000

export function createSources(parts: SourcesParts): Sources {
  const { report, settings, now } = parts
  const sources = new Map<string, CollectedSource>()
  let cdbVersion: string | null = null
  let firstAt = Number.POSITIVE_INFINITY

  async function apply(cdb: Cdb): Promise<void> {
    const plans = planOf(cdb, settings.sources)
    const gone = [...sources].filter(([id]) => !plans.has(id))
    for (const [id] of gone) sources.delete(id)
    for (const [id, plan] of plans) {
      const source = sources.get(id)
      if (source) source.update(plan)
      else
        sources.set(id, createSource(plan, cdbVersion === null ? parts.endedAt(id) : null, parts))
    }
    firstAt = Math.min(firstAt, now())
    cdbVersion = cdb.version
    const points = plans.values().reduce((sum, plan) => sum + plan.points.length, 0)
    report.cdbInForce(cdb.version, plans.size, points, missingSources(cdb, settings.sources))
    await Promise.all(gone.map(([, source]) => source.close('removed')))
  }

  async function follow(cdb: AsyncIterable<LoadResult>, signal: AbortSignal): Promise<void> {
    const aborted = signal.aborted ? Promise.resolve() : once(signal, 'abort')
    const versions = cdb[Symbol.asyncIterator]()
    try {
      for (;;) {
        const next = await Promise.race([versions.next(), aborted.then(() => null)])
        if (next === null || next.done) break
        if (next.value.ok) await apply(next.value.cdb)
        else report.cdbRefused(next.value.problems)
      }
    } catch (error) {
      report.cdbFailed(error)
    }
    await aborted
    // A stream that waits for its next version may answer only when that comes.
    versions.return?.().catch(report.cdbFailed)
  }

  return {
    follow,
    fillIdleLanes(time, idleMicros) {
      for (const source of sources.values()) source.fillIdleLanes(time, idleMicros)
    },
    repeatSilent(time) {
      for (const source of sources.values()) source.repeatSilent(time)
    },
    tellNews() {
      for (const source of sources.values()) source.tellNews()
    },
    states: () => new Map([...sources].map(([id, source]) => [id, source.state()])),
    figures: () => [...sources.values()].map((source) => source.figures()),
    standings: () => [...sources.values()].map((source) => source.standing()),
    waitsFor() {
      if (cdbVersion === null) return 'waiting for a valid configuration'
      if (now() - firstAt > triedMicros) return null
      const untried = [...sources].filter(([, source]) => !source.state().isTried)
      return untried.length === 0 ? null : `connecting ${untried.map(([id]) => id).join(', ')}`
    },
    async close() {
      await Promise.all([...sources.values()].map((source) => source.close('stop')))
    },
    get cdbVersion() {
      return cdbVersion
    },
  }
}
