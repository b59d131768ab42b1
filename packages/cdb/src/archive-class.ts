import { formatDuration, microsPerDay, type PointId, parseDuration } from '@mla/model'
import type { ArchiveClass, Cdb, Rollup } from './cdb.ts'
import type { Place, Problems } from './problems.ts'
import type { RollupFields } from './shape.ts'

/**
 * The archive class of a point; of one that this version does not know (a collector may run a
 * newer one) the class `standard`, or the first there is.
 */
export function archiveClassOf(cdb: Cdb, point: PointId): string {
  const { points, archiveClasses } = cdb
  const known = points.get(point)?.archiveClass
  if (known !== undefined) return known
  return archiveClasses.has('standard') ? 'standard' : ([...archiveClasses.keys()][0] ?? 'standard')
}

interface Declared {
  readonly place: Place
  readonly fields: {
    readonly retentionDays: number | null
    readonly rollups?: readonly RollupFields[] | undefined
  } | null
}

/** The archive classes that are declared; tiers that do not fit upon each other are problems. */
export function declareArchiveClasses(
  entries: Iterable<readonly [name: string, declared: Declared]>,
  problems: Problems,
): ReadonlyMap<string, ArchiveClass> {
  const classes = new Map<string, ArchiveClass>()
  for (const [name, { place, fields }] of entries) {
    if (fields === null) continue
    const { retentionDays, rollups = [] } = fields
    classes.set(name, { name, retentionDays, rollups: rollupsOf(rollups, place, problems) })
  }
  return classes
}

function rollupsOf(fields: readonly RollupFields[], at: Place, problems: Problems): Rollup[] {
  const tiers: Rollup[] = []
  fields.forEach(({ width, retentionDays }, i) => {
    const widthMicros = parseDuration(width)
    const finer = tiers.at(-1)
    const problem = (path: string, message: string, cure: string) =>
      problems.add({ file: at.file, path: [...at.path, 'rollups', i, path] }, message, cure)
    if (microsPerDay % widthMicros !== 0) {
      problem('width', `${width} does not divide a day`, 'take 1s, 10s, 1m, 10m, 1h or 1d')
    } else if (
      finer &&
      (widthMicros <= finer.widthMicros || widthMicros % finer.widthMicros !== 0)
    ) {
      const before = formatDuration(finer.widthMicros)
      problem('width', `${width} is no multiple of ${before} before it`, 'go from narrow to wide')
    }
    const shorter = finer && daysOf(retentionDays) < daysOf(finer.retentionDays)
    if (shorter)
      problem('retentionDays', 'is shorter than that of a narrower one', 'keep it longer')
    tiers.push({ widthMicros, retentionDays })
  })
  return tiers
}

const daysOf = (days: number | null): number => days ?? Number.POSITIVE_INFINITY
