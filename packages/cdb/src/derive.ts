import { isPointId, matchesGlob, type PointId } from '@mla/model'
import { plainTypeOf } from '@mla/processing'
import type { Point } from './cdb.ts'
import { derivedRulesOf } from './derived-rules.ts'
import type { Expansion } from './expansion.ts'
import { filterOf } from './filter-rules.ts'
import { laneOf } from './lane.ts'
import { suggest } from './nearest.ts'
import type { Path, Place } from './problems.ts'
import type { DerivedFields, ProcessingFields } from './processing-shape.ts'
import type { Entry } from './read-files.ts'

/** The source of points that are made of others: no server, and so no entry in sources.yaml. */
export const derivedSource = 'derived'
/** Partitions of mon.derived. */
export const derivedLanes = 24

/** A derived point that is declared and not yet looked into. */
export interface Declared {
  readonly fields: DerivedFields
  readonly place: Place
}

/** Puts in what the classes say, then looks into every derived point, once all points are known. */
export function declareProcessing(
  classes: ReadonlyMap<string, Entry<ProcessingFields>>,
  expansion: Expansion,
): void {
  const measured = [...expansion.points.values()].filter(({ source }) => source !== derivedSource)
  for (const { place, fields } of classes.values()) {
    if (fields !== null) applyClass(fields, place, measured, expansion)
  }
  for (const [id, declared] of expansion.derived) declare(id, declared, expansion)
  tellCycles(expansion)
}

function applyClass(
  { match, filter, derive = {} }: ProcessingFields,
  place: Place,
  points: readonly Point[],
  expansion: Expansion,
): void {
  const { warnings, places } = expansion
  const matching = points.filter(({ id }) => match.some((pattern) => matchesGlob(pattern, id)))
  if (matching.length === 0) {
    warnings.add(
      below(place, ['match']),
      'no point matches',
      'correct the pattern, or remove the class',
    )
  }
  for (const known of matching) {
    // A class before this one may have given it a filter.
    const point = expansion.points.get(known.id) ?? known
    if (filter !== undefined && point.filter === null) {
      const isNumber = plainTypeOf(point.type) === 'number'
      const problem = teller(expansion, below(place, ['filter']), point.id)
      const rules = filterOf(filter, { range: point.range, isNumber }, problem)
      expansion.points.set(point.id, { ...point, filter: rules })
    }
    for (const [name, fields] of Object.entries(derive)) {
      const at = below(place, ['derive', name])
      const id = `${point.id}.${name}`
      const { description, unit, archiveClass, window, compare, resample, allowance } = fields
      if (!isPointId(id)) {
        expansion.problems.add(at, 'the name of the point becomes too long', 'shorten it', point.id)
        continue
      }
      if (places.has(id)) {
        expansion.problems.add(
          at,
          'there is a point of this name already',
          'choose another name',
          id,
        )
        continue
      }
      if (archiveClass !== undefined && !expansion.rules.archiveClasses.has(archiveClass)) {
        const cure = suggest(
          archiveClass,
          expansion.rules.archiveClasses,
          'declare it in archive-classes.yaml',
        )
        expansion.problems.add(
          below(at, ['archiveClass']),
          `there is no archive class "${archiveClass}"`,
          cure,
        )
      }
      places.set(id, at)
      const derived = {
        ...(window && { window: { ...window, of: point.id } }),
        ...(compare && { compare: { ...compare, of: point.id } }),
        ...(resample && { resample: { ...resample, of: point.id } }),
        ...(allowance === undefined ? {} : { allowance }),
      }
      expansion.derived.set(id, { fields: derived, place: at })
      const give = window?.give
      const isCount = give === 'count' || resample?.method === 'COUNT'
      const isTime = typeof give === 'object'
      const perSecond = give === 'rate' ? '/s' : give === 'integral' ? '.s' : ''
      expansion.points.set(id, {
        ...{ ...point, id, source: derivedSource, nodeId: '', lane: laneOf(id, derivedLanes) },
        ...{ filter: null, derived: null, range: null, deadband: null, signal: null },
        description: description ?? null,
        enumeration: null,
        type: compare ? 'boolean' : isCount ? 'uint32' : 'double',
        unit:
          unit ?? (compare || isCount ? null : isTime ? 's' : point.unit && point.unit + perSecond),
        archiveClass: archiveClass ?? point.archiveClass,
      })
    }
  }
}

const below = ({ file, path }: Place, steps: Path): Place => ({ file, path: [...path, ...steps] })

const teller =
  ({ problems }: Expansion, place: Place, about: PointId) =>
  (path: Path, message: string, cure: string): void =>
    problems.add(below(place, path), message, cure, about)

function declare(id: PointId, { fields, place }: Declared, expansion: Expansion): void {
  const { points } = expansion
  const point = points.get(id)
  if (point === undefined) return
  const problem = teller(expansion, place, id)
  const rules = derivedRulesOf({
    ...{ point, fields, problem },
    find(name, path) {
      const found = nearestPoint(id, name, points)
      if (found === undefined) {
        const known = [...points.keys()]
        const close = known
          .filter((one) => one.endsWith(name.split('/').at(-1) ?? name))
          .slice(0, 200)
        problem(
          path,
          `there is no point "${name}"`,
          suggest(name, close, 'write its id, or its name below a folder of this point'),
        )
      }
      return found
    },
  })
  if (rules !== null) points.set(id, { ...point, derived: rules })
}

/** Below the folder of the point itself, else below the one around it, and so on; last as an id. */
function nearestPoint(
  id: PointId,
  name: string,
  points: ReadonlyMap<PointId, Point>,
): Point | undefined {
  const folders = id.split('/').slice(0, -1)
  for (; folders.length > 0; folders.pop()) {
    const found = points.get(`${folders.join('/')}/${name}`)
    if (found !== undefined) return found
  }
  return points.get(name)
}

function tellCycles(expansion: Expansion): void {
  const { points, problems } = expansion
  const done = new Set<PointId>()
  const visit = (id: PointId, way: readonly PointId[]): void => {
    if (way.includes(id)) {
      const circle = [...way.slice(way.indexOf(id)), id]
      const place = expansion.derived.get(id)?.place
      if (place)
        problems.add(place, `it is made of itself: ${circle.join(' > ')}`, 'break the circle')
      return
    }
    if (done.has(id)) return
    for (const input of points.get(id)?.derived?.inputs ?? []) visit(input, [...way, id])
    done.add(id)
  }
  for (const id of expansion.derived.keys()) visit(id, [])
}
