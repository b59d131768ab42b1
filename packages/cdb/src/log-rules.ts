import { compileRecipe, recipeSchema, shippedRecipes } from '@mla/logs'
import { isPointId, parseDuration } from '@mla/model'
import { type Environment, withEnvironment } from './environment.ts'
import type { LogRateFields, LogRuleFields, LogSourceFields, LogsFields } from './log-shape.ts'
import type { LogListen, LogRule, LogSource, Logs } from './log-source.ts'
import { suggest } from './nearest.ts'
import type { Place, Problems } from './problems.ts'
import type { Entry } from './read-files.ts'

/** What the files in logs/ mean together. */
export function declareLogs(
  files: readonly Entry<LogsFields>[],
  env: Environment,
  problems: Problems,
): Logs {
  const patterns: Record<string, string> = {}
  const recipes = new Map(
    Object.entries(shippedRecipes).map(([name, rules]) => [name, recipeSchema.parse(rules)]),
  )
  const sources = new Map<string, LogSource>()
  const seen = new Map<string, string>()
  const once = (kind: string, name: string, place: Place): void => {
    const key = `${kind} ${name}`
    const first = seen.get(key)
    if (first !== undefined) {
      problems.add(place, `${first} has the same`, `give the ${kind} another name here or there`)
    }
    seen.set(key, place.file)
  }
  const good = files.flatMap(({ place, fields }) => (fields ? [{ place, fields }] : []))
  const at = (place: Place, ...steps: (string | number)[]): Place => ({
    file: place.file,
    path: [...place.path, ...steps],
  })

  for (const { place, fields } of good) {
    for (const [name, pattern] of Object.entries(fields.patterns ?? {})) {
      once('pattern', name, at(place, 'patterns', name))
      patterns[name] = pattern
    }
    for (const [name, recipe] of Object.entries(fields.recipes ?? {})) {
      once('recipe', name, at(place, 'recipes', name))
      recipes.set(name, recipe)
    }
  }
  for (const { place, fields } of good) {
    for (const [name, recipe] of Object.entries(fields.recipes ?? {})) {
      const compiled = compileRecipe(recipe, patterns)
      if (!('problems' in compiled)) continue
      for (const { path, message, cure } of compiled.problems) {
        problems.add(at(place, 'recipes', name, ...path), message, cure)
      }
    }
    for (const [id, source] of Object.entries(fields.sources ?? {})) {
      const here = at(place, 'sources', id)
      once('source', id, here)
      // A recipe of a file that cannot be read is not missing.
      if (!recipes.has(source.recipe) && good.length === files.length) {
        const cure = suggest(source.recipe, recipes.keys(), 'write it below recipes')
        problems.add(at(here, 'recipe'), `there is no recipe "${source.recipe}"`, cure)
      }
      sources.set(id, sourceOf(id, source, here, env, problems))
    }
  }
  checkAddresses(good, sources, problems)
  const own = good.flatMap(({ fields }) => Object.keys(fields.recipes ?? {}))
  const used = new Set([...own, ...[...sources.values()].map(({ recipe }) => recipe)])
  return {
    sources,
    recipes: new Map([...recipes].filter(([name]) => used.has(name))),
    patterns,
    selection: good.flatMap(({ fields }) => (fields.selection ?? []).map(ruleOf)),
    rates: good.flatMap(({ place, fields }) =>
      Object.entries(fields.rates ?? {}).flatMap(([point, rate]) => {
        once('rate', point, at(place, 'rates', point))
        if (isPointId(point)) return [rateOf(point, rate)]
        const cure = 'write System/Subsystem/Name: letters, digits, _ and -'
        problems.add(at(place, 'rates', point), `"${point.slice(0, 80)}" is no point id`, cure)
        return []
      }),
    ),
  }
}

const ruleOf = ({ sources, audiences, archive, live }: LogRuleFields): LogRule => ({
  sources: sources ?? null,
  audiences: audiences ?? null,
  archive: archive ?? null,
  live: live ?? null,
})

const rateOf = (point: string, { every, description, sources, ...rest }: LogRateFields) => ({
  ...{ point, description: description ?? null, sources: sources ?? null },
  ...{ everyMicros: parseDuration(every), ...rest },
})

function sourceOf(
  id: string,
  fields: LogSourceFields,
  place: Place,
  env: Environment,
  problems: Problems,
): LogSource {
  const at = (...steps: (string | number)[]): Place => ({
    file: place.file,
    path: [...place.path, ...steps],
  })
  const fromEnvironment = (text: string, ...steps: (string | number)[]): string => {
    const { text: filled, missing } = withEnvironment(text, env)
    for (const name of missing) {
      const cure = `set ${name} in the environment, or write a default: \${${name}:-…}`
      problems.add(at(...steps), `the environment has no ${name}`, cure)
    }
    return missing.length > 0 ? '' : filled
  }
  const listen = fields.listen.flatMap((written, i) => {
    const text = fromEnvironment(written, 'listen', i)
    const address = text === '' ? null : addressOf(text)
    if (text !== '' && address === null) {
      const message = `"${text.slice(0, 80)}" is no address to listen on`
      problems.add(at('listen', i), message, 'write udp://, tcp://, tls:// or http://host:port')
    }
    return address === null ? [] : [address]
  })
  if (listen.some(({ transport }) => transport === 'tls') && !fields.tls) {
    problems.add(at('tls'), 'tls:// needs a certificate', 'add tls: {certificateFile, keyFile}')
  }
  if (fields.listen.length === 0 && !fields.files) {
    problems.add(place, 'nothing comes from it', 'add listen: [tcp://…] or files: {include: […]}')
  }
  const path = (text: string, ...steps: string[]) => fromEnvironment(text, ...steps)
  const { tls, files, rate, sample } = fields
  return {
    id,
    description: fields.description ?? null,
    recipe: fields.recipe,
    listen,
    tls: tls
      ? {
          certificateFile: path(tls.certificateFile, 'tls', 'certificateFile'),
          keyFile: path(tls.keyFile, 'tls', 'keyFile'),
          caFile: tls.caFile === undefined ? null : path(tls.caFile, 'tls', 'caFile'),
        }
      : null,
    files: files
      ? {
          include: files.include.map((one, i) => fromEnvironment(one, 'files', 'include', i)),
          exclude: files.exclude.map((one, i) => fromEnvironment(one, 'files', 'exclude', i)),
          startAt: files.startAt,
        }
      : null,
    nameBy: fields.nameBy,
    lanes: fields.lanes,
    minPriority: fields.minPriority,
    rate: rate
      ? { ...rate, burst: rate.burst ?? Math.max(1, Math.ceil(rate.perSecond * 2)) }
      : null,
    sample: sample ?? null,
    foldMicros: fields.fold ? parseDuration(fields.fold.within) : null,
    longestRecord: fields.longestRecord,
    mostConnections: fields.mostConnections,
  }
}

function addressOf(text: string): LogListen | null {
  const match = /^(udp|tcp|tls|http):\/\/(\[[0-9a-fA-F:.]+\]|[^/:\s]+):(\d{1,5})\/?$/.exec(text)
  const port = Number(match?.[3])
  if (!match || port > 65_535) return null
  const host = (match[2] ?? '').replace(/^\[|\]$/g, '')
  return { transport: match[1] as LogListen['transport'], host, port }
}

/** Two sources cannot listen on one port; only udp and the others live beside each other. */
function checkAddresses(
  files: readonly { readonly place: Place; readonly fields: LogsFields }[],
  sources: ReadonlyMap<string, LogSource>,
  problems: Problems,
): void {
  const taken = new Map<string, string>()
  for (const { place, fields } of files) {
    for (const id of Object.keys(fields.sources ?? {})) {
      sources.get(id)?.listen.forEach(({ transport, port }, i) => {
        const key = `${transport === 'udp' ? 'udp' : 'tcp'} ${port}`
        const other = taken.get(key)
        if (other !== undefined && port !== 0) {
          const path = [...place.path, 'sources', id, 'listen', i]
          const message = `${other} listens on port ${port} too`
          problems.add({ file: place.file, path }, message, 'give each its own port')
        }
        taken.set(key, id)
      })
    }
  }
}
