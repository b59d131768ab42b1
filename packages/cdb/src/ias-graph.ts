import { checkDasu, type DasuRules, splitInstance, topologyOf } from '@mla/alarm'
import { deployDasu } from './ias-deploy.ts'
import { below, type IasFiles } from './ias-read.ts'
import type { Place, Problems } from './problems.ts'

/** Each DASU that a Supervisor deploys, and where that is said. */
export interface Deployment {
  readonly supervisor: string
  readonly place: Place
  readonly dasu: DasuRules
}

export function deployAll(files: IasFiles): readonly Deployment[] {
  return [...files.all('SUPERVISOR').values()].flatMap(({ place, fields }) =>
    fields.dasusToDeploy.flatMap(({ dasuId, instance }, i) => {
      const dasu = files.all('DASU').get(dasuId)?.fields
      if (!dasu) return []
      const at = below(place, 'dasusToDeploy', i)
      return [
        { supervisor: fields.id, place: at, dasu: deployDasu(files, fields.id, dasu, instance) },
      ]
    }),
  )
}

/** Checks how ASCEs work together within a DASU, and DASUs with each other. */
export function checkGraph(
  files: IasFiles,
  deployments: readonly Deployment[],
  problems: Problems,
  warnings: Problems,
): void {
  checkDasus(files, deployments, problems, warnings)
  checkDeployments(deployments, problems)
  checkFed(files, deployments, warnings)
}

/** Every DASU once: the instances of a template are alike. */
function checkDasus(
  files: IasFiles,
  deployments: readonly Deployment[],
  problems: Problems,
  warnings: Problems,
): void {
  for (const { place, fields } of files.all('DASU').values()) {
    const deployed = deployments.find(({ dasu }) => splitInstance(dasu.id).base === fields.id)
    if (!deployed) {
      warnings.add(place, `no Supervisor deploys "${fields.id}"`, 'add it to its dasusToDeploy')
    }
    const range = files.all('TEMPLATE').get(fields.templateId ?? '')?.fields
    const rules = deployed?.dasu ?? deployDasu(files, '', fields, range ? range.min : null)
    const check = checkDasu(rules)
    // What is not declared, or only wrongly, has been told where it is named.
    const isComplete = rules.asces.every((asce) =>
      [...asce.inputs, asce.output].every((id) => rules.iasios.has(id)),
    )
    for (const [found, to] of [
      [check.problems, problems],
      [check.warnings, warnings],
    ] as const) {
      for (const { asce, property, message, cure } of found) {
        if (/ is no IASIO$/.test(message)) continue
        if (asce === null && fields.asceIDs.some((id) => !files.all('ASCE').has(id))) continue
        if (!isComplete && /^(nothing uses|ASCEs need)/.test(message)) continue
        to.add(placeOf(files, place, asce, property, message), message, cure)
      }
    }
  }
}

function placeOf(
  files: IasFiles,
  dasu: Place,
  asceId: string | null,
  property: string | null,
  message: string,
): Place {
  const asce = asceId === null ? undefined : files.all('ASCE').get(splitInstance(asceId).base)
  if (!asce) return dasu
  if (property !== null) {
    const at = asce.fields.props.findIndex(({ name }) => name === property)
    return at < 0 ? below(asce.place, 'props') : below(asce.place, 'props', at)
  }
  if (/transfer function "/.test(message)) return below(asce.place, 'transferFunctionID')
  if (/^its output|^nothing uses/.test(message)) return below(asce.place, 'outputID')
  return /input/.test(message) ? below(asce.place, 'inputIDs') : asce.place
}

/** What a DASU sends to the others. */
function outputsOf({ output, asces }: DasuRules): readonly string[] {
  const published = asces.filter(({ properties }) => properties['mla.publish'] === 'true')
  return [...new Set([output, ...published.map((asce) => asce.output)])]
}

function inputsOf({ asces }: DasuRules): readonly string[] {
  const made = new Set(asces.map(({ output }) => output))
  const named = asces.flatMap(({ inputs, properties }) => {
    const suppressor = properties['mla.suppressedBy']
    return suppressor === undefined ? inputs : [...inputs, suppressor]
  })
  return [...new Set(named)].filter((id) => !made.has(id))
}

/** Each DASU once, each output from one of them, and no ring from one to the other. */
function checkDeployments(deployments: readonly Deployment[], problems: Problems): void {
  const places = new Map<string, Place>()
  const makers = new Map<string, string>()
  for (const { dasu, place, supervisor } of deployments) {
    if (places.has(dasu.id)) {
      const cure = 'let one Supervisor run it; a second process of that Supervisor takes over'
      problems.add(place, `"${dasu.id}" is deployed twice, also by "${supervisor}"`, cure)
      continue
    }
    places.set(dasu.id, place)
    for (const output of outputsOf(dasu)) {
      const other = makers.get(output)
      if (other !== undefined) {
        const message = `"${output}" is an output of "${dasu.id}" and of "${other}"`
        problems.add(place, message, 'let one DASU make it')
      }
      makers.set(output, dasu.id)
    }
  }
  const producers = deployments.map(({ dasu }) => ({
    ...{ id: dasu.id, inputs: inputsOf(dasu), outputs: outputsOf(dasu) },
  }))
  for (const cycle of topologyOf(producers).cycles) {
    const ring = [...cycle, cycle[0]].join(' -> ')
    const place = places.get(cycle[0] ?? '') ?? { file: '', path: [] }
    problems.add(place, `DASUs need each other: ${ring}`, 'break the ring')
  }
}

/** An ASCE waits for all its inputs: one that nobody sends silences it. */
function checkFed(files: IasFiles, deployments: readonly Deployment[], warnings: Problems): void {
  const plugins = files.all('PLUGIN')
  if (plugins.size === 0) return
  const sent = new Set(
    [...plugins.values()].flatMap(({ fields }) => fields.values.map(({ id }) => id)),
  )
  for (const { dasu } of deployments) for (const output of outputsOf(dasu)) sent.add(output)
  for (const { dasu } of deployments) {
    for (const id of inputsOf(dasu)) {
      const { base } = splitInstance(id)
      if (sent.has(id) || sent.has(base)) continue
      const asce = dasu.asces.find(({ inputs }) => inputs.includes(id))
      const place = files.all('ASCE').get(splitInstance(asce?.id ?? '').base)?.place
      const cure = 'add it to the values of a plugin, or let a DASU make it'
      if (place) warnings.add(place, `no plugin and no DASU sends "${base}"`, cure, dasu.id)
    }
  }
}
