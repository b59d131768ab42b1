import type { PointId } from '@mla/model'
import type { Cdb } from './cdb.ts'

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
