import { isPointId, MlaError, type PointId } from '@mla/model'
import type { Point, Source } from './cdb.ts'
import { explainIssues, hasPlaceholder } from './explain.ts'
import { laneOf } from './lane.ts'
import { type ExpandedName, expandName, type Scope, substitute } from './names.ts'
import { listNames, suggest } from './nearest.ts'
import { hasUnstableNamespace, problemOfNodeId } from './node-id.ts'
import { type PointBody, type PointRules, pointBodyOf } from './point-rules.ts'
import type { Path, Place, Problems } from './problems.ts'
import {
  type Include,
  type ParameterValue,
  pointSchema,
  type WrittenFields,
  type WrittenPoints,
  type WrittenTemplate,
} from './shape.ts'

/** What every expansion shares. */
export interface Expansion {
  readonly templates: ReadonlyMap<string, Template>
  readonly problems: Problems
  readonly warnings: Problems
  readonly rules: Pick<PointRules, 'archiveClasses' | 'enumerations'>
  readonly points: Map<PointId, Point>
  readonly places: Map<PointId, Place>
  /** How many templates were put in so far. */
  uses: number
}

export interface Template {
  readonly name: string
  readonly file: string
  /** Null where the file is so wrong that its points are not known. */
  readonly content: WrittenTemplate | null
  readonly used: Set<string>
  uses: number
}

/** Where points go: below which name, into which source, by which templates on the way. */
interface Target {
  readonly prefix: string
  readonly source: Source
  readonly nodeIdPattern: string | null
  readonly chain: readonly string[]
}

const mostPoints = 500_000
const mostUses = 50_000
const deepestTemplates = 16

const full = (expansion: Expansion): boolean =>
  expansion.points.size >= mostPoints || expansion.uses >= mostUses

export function tooLarge(expansion: Expansion): string | null {
  return full(expansion) ? `more than ${mostPoints} points or ${mostUses} uses of templates` : null
}

/** Makes the points of one file, or of one use of a template. */
export function expandGroup(
  group: WrittenTemplate | WrittenPoints,
  file: string,
  scope: Scope,
  target: Target,
  expansion: Expansion,
): void {
  for (const [name, include] of Object.entries(group.include ?? {})) {
    const place = { file, path: ['include', name] }
    for (const one of namesOf(name, place, scope, expansion)) {
      if (full(expansion)) return
      useTemplate(include, place, { values: one.values, used: scope.used }, expansion, {
        ...target,
        prefix: join(target.prefix, one.text),
      })
    }
  }
  for (const [name, fields] of Object.entries(group.points ?? {})) {
    const place = { file, path: ['points', name] }
    const expand = pointMaker({ ...group.defaults, ...fields }, place, target, expansion)
    for (const one of namesOf(name, place, scope, expansion)) {
      if (full(expansion)) return
      expand(join(target.prefix, one.text), { values: one.values, used: scope.used })
    }
  }
}

const join = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}/${name}`)

function namesOf(
  name: string,
  place: Place,
  scope: Scope,
  { problems }: Expansion,
): readonly ExpandedName[] {
  try {
    return expandName(name, scope)
  } catch (error) {
    if (!(error instanceof MlaError)) throw error
    problems.add(place, error.message, 'write {001..198}, {m=001..198}, {A,B} or {parameter}')
    return []
  }
}

/** Puts a template in below `target.prefix`. */
export function useTemplate(
  include: Include,
  place: Place,
  outer: Scope,
  expansion: Expansion,
  target: Target,
): void {
  const { templates, problems } = expansion
  const template = templates.get(include.template)
  const at = { file: place.file, path: [...place.path, 'template'] }
  if (!template) {
    const cure = suggest(
      include.template,
      templates.keys(),
      `there are: ${listNames(templates.keys())}`,
    )
    problems.add(at, `there is no template "${include.template}"`, cure)
    return
  }
  template.uses++
  expansion.uses++
  const { content } = template
  if (content === null) return
  const chain = [...target.chain, template.name]
  if (target.chain.includes(template.name) || chain.length > deepestTemplates) {
    problems.add(
      at,
      `templates go in a circle: ${chain.join(' > ')}`,
      'remove one of these includes',
    )
    return
  }
  const values = parametersOf(
    template.name,
    content,
    include,
    place,
    outer,
    expansion,
    target.prefix,
  )
  if (values === null) return
  const scope = { values, used: template.used }
  expandGroup(content, template.file, scope, { ...target, chain }, expansion)
}

function parametersOf(
  template: string,
  content: WrittenTemplate,
  include: Include,
  place: Place,
  outer: Scope,
  { problems }: Expansion,
  about: string,
): ReadonlyMap<string, ParameterValue> | null {
  const declared = content.parameters ?? {}
  const path = [...place.path, 'with']
  const values = new Map<string, ParameterValue>()
  for (const [name, given] of Object.entries(include.with ?? {})) {
    const at = { file: place.file, path: [...path, name] }
    if (!Object.hasOwn(declared, name)) {
      const cure = suggest(
        name,
        Object.keys(declared),
        `it has: ${listNames(Object.keys(declared))}`,
      )
      problems.add(at, `the template "${template}" has no parameter "${name}"`, cure)
      continue
    }
    const value = substitute(given, outer, unknownName(at, outer, problems))
    values.set(name, value as ParameterValue)
  }
  let complete = true
  for (const [name, { default: fallback }] of Object.entries(declared)) {
    if (values.has(name)) continue
    if (fallback !== undefined) values.set(name, fallback)
    else {
      complete = false
      const message = `the template "${template}" needs the parameter "${name}"`
      problems.add({ file: place.file, path }, message, `add with: {${name}: …}`, about)
    }
  }
  return complete ? values : null
}

const unknownName =
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
function pointMaker(
  written: WrittenFields,
  place: Place,
  target: Target,
  expansion: Expansion,
): (id: string, scope: Scope) => void {
  const { description, nodeId, ...rest } = written
  const { problems, warnings, points, places } = expansion
  const varies = holdsPlaceholder(rest)
  let shared: PointBody | null | undefined
  const bodyFor = (id: string, scope: Scope): PointBody | null => {
    const rules: PointRules = {
      ...expansion.rules,
      problem: (path, message, cure) =>
        problems.add({ ...place, path: [...place.path, ...path] }, message, cure, id),
      warning: (path, message, cure) =>
        warnings.add({ ...place, path: [...place.path, ...path] }, message, cure, id),
    }
    const data = varies ? substitute(rest, scope, unknownName(place, scope, problems)) : rest
    const parsed = pointSchema.safeParse(data)
    if (parsed.success) return pointBodyOf(parsed.data, rules)
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
      source: target.source.id,
      nodeId: nodeIdFor(id, nodeId, named, place, target, expansion),
      lane: laneOf(id, target.source.lanes.length),
      ...shared,
    })
  }
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
