import { declareArchiveClasses } from './archive-class.ts'
import type { Cdb, LoadResult, Problem } from './cdb.ts'
import { declareComponents } from './components.ts'
import { declareProcessing, derivedSource } from './derive.ts'
import type { Environment } from './environment.ts'
import { expandGroup, useTemplate } from './expand.ts'
import { type Expansion, type Template, tooLarge } from './expansion.ts'
import { buildAlarms } from './ias-build.ts'
import { addLogRates } from './log-rates.ts'
import { declareLogs } from './log-rules.ts'
import { suggest } from './nearest.ts'
import { namesByCode } from './point-rules.ts'
import { createProblems, type LineOf, type Place, type Problems } from './problems.ts'
import { type CdbFile, type OpenFiles, openFiles } from './read-files.ts'
import { type DeclaredSource, declareSource } from './source-rules.ts'
import { versionOf } from './version.ts'

/**
 * Makes a configuration of files, or says everything that is wrong with them. Pure: what
 * `loadCdb` does once it has read the folder.
 */
export function buildCdb(
  files: readonly CdbFile[],
  env: Environment,
  found: readonly Problem[] = [],
): LoadResult {
  const problems = createProblems()
  const warnings = createProblems()
  const read = openFiles(
    files.filter(({ kind }) => kind !== 'alarms'),
    problems,
  )
  const sources = declareSources(read, env, problems, warnings)
  const archiveClasses = read.entries('archive-classes')
  const expansion: Expansion = {
    templates: templatesOf(read),
    problems,
    warnings,
    rules: {
      archiveClasses: new Set(archiveClasses.keys()),
      enumerations: enumerationsOf(read, problems, warnings),
    },
    points: new Map(),
    places: new Map(),
    derived: new Map(),
    uses: 0,
  }
  expandTelescopes(read, sources, expansion)
  expandPoints(read, sources, expansion)
  const excess = tooLarge(expansion)
  if (excess !== null) problems.add({ file: '', path: [] }, excess, 'shorten the ranges')
  declareProcessing(read.entries('processing'), expansion)
  const declaredClasses = declareArchiveClasses(archiveClasses, problems)
  const logs = declareLogs(read.logs(), env, problems)
  addLogRates(logs.rates, expansion)
  const components = declareComponents(read, problems)
  const alarms = buildAlarms(
    files.filter(({ kind }) => kind === 'alarms'),
    expansion.points,
    problems,
    warnings,
  )
  const lineOf: LineOf = (place) => read.lineOf(place) ?? alarms.lineOf(place)
  warnOfUnused(expansion)
  warnOfSharedNodes(expansion)

  if (problems.count + found.length > 0) {
    return { ok: false, problems: [...found, ...problems.list(lineOf)] }
  }
  const points = new Map([...expansion.points].sort(([a], [b]) => (a < b ? -1 : 1)))
  const content: Omit<Cdb, 'version'> = {
    sources: new Map([...sources].flatMap(([id, one]) => (one ? [[id, one.source] as const] : []))),
    points,
    components,
    archiveClasses: declaredClasses,
    logs,
    alarms: alarms.rules,
  }
  const version = versionOf(content)
  return { ok: true, cdb: { version, ...content }, warnings: warnings.list(lineOf) }
}

type Sources = ReadonlyMap<string, DeclaredSource | null>

function declareSources(
  read: OpenFiles,
  env: Environment,
  problems: Problems,
  warnings: Problems,
): Sources {
  const endpoints = new Map<string, string>()
  const declared = new Map<string, DeclaredSource | null>()
  for (const [id, { place, fields }] of read.entries('sources')) {
    if (id === derivedSource) {
      problems.add(place, `"${id}" is the source of derived points`, 'choose another name')
    }
    const one = fields && declareSource(id, fields, place, env, problems, warnings)
    declared.set(id, one)
    if (!one || one.source.endpoint === '') continue
    const same = endpoints.get(one.source.endpoint)
    if (same !== undefined) {
      const message = `the source "${same}" has the same endpoint`
      warnings.add(below(place, 'endpoint'), message, 'give each server one source')
    }
    endpoints.set(one.source.endpoint, id)
  }
  return declared
}

const below = ({ file, path }: Place, ...steps: string[]): Place => ({
  file,
  path: [...path, ...steps],
})

const templatesOf = (read: OpenFiles): ReadonlyMap<string, Template> =>
  new Map(
    read
      .templates()
      .map(({ name, place, fields }) => [
        name,
        { name, file: place.file, content: fields, used: new Set<string>(), uses: 0 },
      ]),
  )

function enumerationsOf(read: OpenFiles, problems: Problems, warnings: Problems) {
  const named = new Map<string, ReadonlyMap<number, string> | null>()
  for (const [name, { place, fields }] of read.entries('enumerations')) {
    const tell =
      (to: Problems) => (path: readonly (string | number)[], message: string, cure: string) =>
        to.add({ file: place.file, path: [...place.path, ...path] }, message, cure)
    const rules = { problem: tell(problems), warning: tell(warnings) }
    named.set(name, fields && namesByCode(fields, [], rules))
  }
  return named
}

/** The source that a file names; null where there is none, or none that is usable. */
function sourceNamed(name: string, place: Place, sources: Sources, problems: Problems) {
  const source = sources.get(name)
  if (source === undefined) {
    const cure = suggest(name, sources.keys(), 'declare it in sources.yaml')
    problems.add(below(place, 'source'), `there is no source "${name}"`, cure)
  }
  return source ?? null
}

function expandTelescopes(read: OpenFiles, sources: Sources, expansion: Expansion): void {
  for (const [name, { place, fields }] of read.entries('telescopes')) {
    if (fields === null) continue
    const target = sourceNamed(fields.source, place, sources, expansion.problems)
    if (target === null) continue
    const scope = { values: new Map(), used: new Set<string>() }
    useTemplate(fields, place, scope, expansion, { ...target, prefix: name, chain: [] })
  }
}

function expandPoints(read: OpenFiles, sources: Sources, expansion: Expansion): void {
  for (const { place, fields } of read.points()) {
    if (fields === null) continue
    const target = sourceNamed(fields.source, place, sources, expansion.problems)
    if (target === null) continue
    const scope = { values: new Map(), used: new Set<string>() }
    expandGroup(fields, place.file, scope, { ...target, prefix: '', chain: [] }, expansion)
  }
}

function warnOfUnused({ templates, warnings }: Expansion): void {
  for (const { name, file, content, used, uses } of templates.values()) {
    const place = { file, path: [] }
    if (uses === 0) {
      warnings.add(place, `nothing uses the template "${name}"`, 'use it, or remove the file')
      continue
    }
    for (const parameter of Object.keys(content?.parameters ?? {})) {
      if (used.has(parameter)) continue
      const message = `the parameter "${parameter}" is not used in the template`
      warnings.add(
        below(place, 'parameters', parameter),
        message,
        `write {${parameter}}, or remove it`,
      )
    }
  }
}

function warnOfSharedNodes({ points, places, warnings }: Expansion): void {
  const seen = new Map<string, string>()
  for (const { id, source, nodeId } of points.values()) {
    if (source === derivedSource) continue
    const node = `${source} ${nodeId}`
    const first = seen.get(node)
    const place = places.get(id)
    if (first === undefined) seen.set(node, id)
    else if (place) {
      const message = `the node ${nodeId.slice(0, 80)} is also that of ${first}`
      warnings.add(place, message, 'name another node, or remove one of the points', id)
    }
  }
}
