import type { Cdb } from './cdb.ts'
import { canonical } from './version.ts'

/** Keys of one kind that are only in the second, in both but not alike, only in the first. */
export interface Difference {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}

export interface CdbDifference {
  readonly points: Difference
  readonly sources: Difference
  readonly archiveClasses: Difference
  readonly components: Difference
  readonly logSources: Difference
}

/** What a change of configuration changes; the keys are sorted. */
export const diffCdb = (before: Cdb, after: Cdb): CdbDifference => ({
  points: differenceOf(before.points, after.points),
  sources: differenceOf(before.sources, after.sources),
  archiveClasses: differenceOf(before.archiveClasses, after.archiveClasses),
  components: differenceOf(before.components, after.components),
  logSources: differenceOf(logSourcesOf(before), logSourcesOf(after)),
})

/** A source with its recipe: a change of one is a change of what it sends. */
const logSourcesOf = ({ logs }: Cdb) =>
  new Map(
    [...logs.sources].map(([id, source]) => [
      id,
      { source, recipe: logs.recipes.get(source.recipe), patterns: logs.patterns },
    ]),
  )

function differenceOf<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): Difference {
  return {
    added: [...b.keys()].filter((key) => !a.has(key)).sort(),
    changed: [...b.keys()]
      .filter((key) => a.has(key) && canonical(a.get(key)) !== canonical(b.get(key)))
      .sort(),
    removed: [...a.keys()].filter((key) => !b.has(key)).sort(),
  }
}
