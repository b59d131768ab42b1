import { isPointId } from '@mla/model'
import { derivedLanes, derivedSource } from './derive.ts'
import type { Expansion, Target } from './expansion.ts'
import { explainIssues, hasPlaceholder } from './explain.ts'
import { laneOf } from './lane.ts'
import { type Scope, substitute } from './names.ts'
import { suggest } from './nearest.ts'
import { hasUnstableNamespace, problemOfNodeId } from './node-id.ts'
import { type PointBody, type PointRules, pointBodyOf } from './point-rules.ts'
import type { Path, Place, Problems } from './problems.ts'
import type { DerivedFields } from './processing-shape.ts'
import { type PointFields, pointSchema, type WrittenFields } from './shape.ts'

/** Tells of a placeholder without a value. */
export const unknownName =
  (place: Place, scope: Scope, problems: Problems) =>
  (name: string, path: Path): void => {
    const cure = suggest(name, scope.values.keys(), `declare it under parameters`)
    const at = { file: place.file, path: [...place.path, ...path] }
    problems.add(at, `{${name}} has no value here`, cure)
  }

const holdsPlaceholder = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).some(holdsPlaceholder)
    : hasPlaceholder(value)

/** Makes points of one text. What no placeholder can change is worked out once. */
export function pointMaker(
  written: WrittenFields,
  place: Place,
  target: Target,
  expansion: Expansion,
): (id: string, scope: Scope) => void {
  const { description, nodeId, ...rest } = written
  const { problems, warnings, points, places } = expansion
  const varies = holdsPlaceholder(rest)
  let shared: Body | null | undefined
  const bodyFor = (id: string, scope: Scope): Body | null => {
    const rules: PointRules = {
      ...expansion.rules,
      problem: (path, message, cure) =>
        problems.add({ ...place, path: [...place.path, ...path] }, message, cure, id),
      warning: (path, message, cure) =>
        warnings.add({ ...place, path: [...place.path, ...path] }, message, cure, id),
    }
    const data = varies ? substitute(rest, scope, unknownName(place, scope, problems)) : rest
    const parsed = pointSchema.safeParse(data)
    if (parsed.success) return bodyOf(parsed.data, nodeId, rules)
    const at = { ...place, about: id }
    explainIssues(parsed.error.issues, pointSchema, data, at, problems)
    return null
  }
  return (id, scope) => {
    if (!isPointId(id)) {
      problems.add(
        place,
        `"${id.slice(0, 80)}" is not a point identifier`,
        'use two or more parts of letters, digits and _ . : + -, joined by "/", at most 200 characters',
      )
      return
    }
    const first = places.get(id)
    if (first !== undefined) {
      duplicate(id, place, first, expansion)
      return
    }
    places.set(id, place)
    if (varies || shared === undefined) shared = bodyFor(id, scope)
    if (shared === null || shared === undefined) return
    const named = namedScope(id, scope)
    points.set(id, {
      id,
      description:
        typeof description !== 'string'
          ? null
          : fill(description, named, place, 'description', problems),
      ...(shared.derived
        ? { source: derivedSource, nodeId: '', lane: laneOf(id, derivedLanes) }
        : {
            source: target.source.id,
            nodeId: nodeIdFor(id, nodeId, named, place, target, expansion),
            lane: laneOf(id, target.source.lanes.length),
          }),
      ...shared.body,
    })
    if (shared.derived) {
      const at = { ...place, path: [...place.path, 'derived'] }
      expansion.derived.set(id, { fields: shared.derived, place: at })
    }
  }
}

interface Body {
  readonly body: PointBody
  /** Null for a point of a server. */
  readonly derived: DerivedFields | null
}

function bodyOf(fields: PointFields, nodeId: unknown, rules: PointRules): Body | null {
  const { derived = null } = fields
  const body = pointBodyOf(fields, rules)
  if (derived !== null) {
    const given = { ...fields, nodeId }
    for (const key of [
      'nodeId',
      'intervalMs',
      'queueSize',
      'deadband',
      'filter',
      'signal',
    ] as const) {
      if (given[key] === undefined) continue
      const message = `"${key}" has no meaning for a derived point`
      rules.problem([key], message, 'remove it, or remove derived')
    }
  }
  return body && { body, derived }
}

const namedScope = (id: string, scope: Scope): Scope => ({
  values: new Map(scope.values).set('id', id).set('path', id.split('/').slice(1).join('.')),
  used: scope.used,
})

function fill(text: string, scope: Scope, place: Place, field: string, problems: Problems): string {
  if (!text.includes('{')) return text
  return String(substitute(text, scope, unknownName(place, scope, problems), [field]))
}

function duplicate(id: string, place: Place, first: Place, { problems }: Expansion): void {
  const other =
    first.file === place.file ? first.path.join('.') : `${first.file} ${first.path.join('.')}`
  const message =
    first === place
      ? 'the name stands for the same point more than once'
      : `the point is already declared in ${other}`
  problems.add(place, message, 'a point has one declaration: rename or remove one of them', id)
}

function nodeIdFor(
  id: string,
  written: unknown,
  scope: Scope,
  place: Place,
  target: Target,
  { problems, warnings }: Expansion,
): string {
  const path = [...place.path, 'nodeId']
  const pattern = typeof written === 'string' ? written : target.nodeIdPattern
  if (pattern === null) {
    const cure = `add nodeId here, or a nodeId pattern to the source "${target.source.id}"`
    problems.add({ ...place, path }, 'the point has no node id', cure, id)
    return ''
  }
  const nodeId = fill(pattern, scope, place, 'nodeId', problems)
  const problem = problemOfNodeId(nodeId)
  if (problem) problems.add({ ...place, path }, problem.message, problem.cure)
  else if (hasUnstableNamespace(nodeId)) {
    const message = 'a namespace index may change when the server starts again'
    warnings.add({ ...place, path }, message, 'write nsu=<namespace URI>; for ns=', id)
  }
  return nodeId
}
