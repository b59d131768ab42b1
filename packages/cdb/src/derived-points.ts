import type { PointId } from '@mla/model'
import { type DerivedPoint, type InputDescription, plainTypeOf } from '@mla/processing'
import type { Cdb } from './cdb.ts'

/** The derived points, each behind those that it is made of. */
export function derivedPointsOf({ points }: Pick<Cdb, 'points'>): readonly DerivedPoint[] {
  const ordered = new Map<PointId, DerivedPoint>()
  const visit = (id: PointId): void => {
    const point = points.get(id)
    if (!point?.derived || ordered.has(id)) return
    for (const input of point.derived.inputs) visit(input)
    ordered.set(id, { id, type: point.type, unit: point.unit, rules: point.derived })
  }
  for (const id of points.keys()) visit(id)
  return [...ordered.values()]
}

/** What an expression knows of a point. */
export function describePoint(
  { points }: Pick<Cdb, 'points'>,
  id: PointId,
): InputDescription | null {
  const point = points.get(id)
  const type = point && plainTypeOf(point.type)
  return point && type ? { id, type, unit: point.unit } : null
}
