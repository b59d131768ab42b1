import { MlaError } from '@mla/model'
import { type Expansion, isFull, type Target } from './expansion.ts'
import { pointMaker, unknownName } from './make-points.ts'
import { type ExpandedName, expandName, type Scope, substitute } from './names.ts'
import { listNames, suggest } from './nearest.ts'
import type { Place } from './problems.ts'
import type { Include, ParameterValue, WrittenPoints, WrittenTemplate } from './shape.ts'

const deepestTemplates = 16

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
      if (isFull(expansion)) return
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
      if (isFull(expansion)) return
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
