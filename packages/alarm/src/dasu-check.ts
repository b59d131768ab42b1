import { type AsceOptions, readOptions } from './asce-properties.ts'
import type { AsceRules, DasuRules } from './dasu-rules.ts'
import { transferFunctionNamed, transferFunctionsInWords } from './functions.ts'
import { createPropertyReader } from './property-reader.ts'
import { topologyOf } from './topology.ts'
import type { Evaluator } from './transfer-function.ts'

/** What is wrong with a DASU: with one of its ASCEs, and there perhaps with one property. */
export interface DasuProblem {
  readonly asce: string | null
  readonly property: string | null
  readonly message: string
  readonly cure: string
}

/** An ASCE that is ready to run. */
export interface ReadyAsce {
  readonly rules: AsceRules
  readonly options: AsceOptions
  readonly evaluator: Evaluator
}

export interface DasuCheck {
  readonly problems: readonly DasuProblem[]
  /** What does no harm but was hardly meant: properties that nothing reads. */
  readonly warnings: readonly DasuProblem[]
  /** In the order of their evaluation. */
  readonly asces: readonly ReadyAsce[]
}

/** Looks at a DASU as a whole and tells everything that is wrong with it. */
export function checkDasu(rules: DasuRules): DasuCheck {
  const problems: DasuProblem[] = []
  const warnings: DasuProblem[] = []
  const ready = new Map<string, ReadyAsce>()
  const of = (asce: string | null) => (message: string, cure: string) =>
    problems.push({ asce, property: null, message, cure })
  for (const asce of rules.asces) {
    if (ready.has(asce.id)) of(asce.id)(`there are two ASCEs "${asce.id}"`, 'rename one')
    ready.set(asce.id, readyAsce(asce, rules, problems, warnings))
  }
  checkGraph(rules, ready, of)
  const producers = [...ready.values()].map(({ rules: { id, inputs, output }, options }) => ({
    ...{ id, outputs: [output] },
    inputs: options.suppressedBy === null ? inputs : [...inputs, options.suppressedBy],
  }))
  const { levels, cycles } = topologyOf(producers)
  for (const cycle of cycles) {
    const ring = [...cycle, cycle[0]].join(' -> ')
    of(cycle[0] ?? null)(`ASCEs need each other: ${ring}`, 'break the ring')
  }
  const asces = levels.flat().flatMap((id) => ready.get(id) ?? [])
  return { problems, warnings, asces }
}

function readyAsce(
  asce: AsceRules,
  { iasios }: DasuRules,
  problems: DasuProblem[],
  warnings: DasuProblem[],
): ReadyAsce {
  const properties = createPropertyReader(asce.properties)
  const unknown = (id: string, what: string): void =>
    properties.problem(`its ${what} "${id}" is no IASIO`, 'declare it, or name another one')
  const options = readOptions(properties, iasios.get(asce.output)?.canShelve ?? false)
  const inputs = asce.inputs.flatMap((id) => {
    const iasio = iasios.get(id)
    if (!iasio) unknown(id, 'input')
    return iasio ? [iasio] : []
  })
  const twice = asce.inputs.find((id, i) => asce.inputs.indexOf(id) !== i)
  if (twice !== undefined) properties.problem(`its input "${twice}" is named twice`, 'name it once')
  const output = iasios.get(asce.output)
  if (!output) unknown(asce.output, 'output')
  if (asce.inputs.length === 0) properties.problem('it has no inputs', 'give it at least one')
  if (options.suppressedBy !== null) {
    const suppressor = iasios.get(options.suppressedBy)
    const names = ['mla.suppressedBy'] as const
    if (suppressor?.type !== 'ALARM' && suppressor?.type !== 'BOOLEAN') {
      const message = `"${options.suppressedBy}" is no ALARM or BOOLEAN`
      properties.problem(message, 'name an IASIO of type ALARM or BOOLEAN', names)
    }
    if (output && output.type !== 'ALARM') {
      properties.problem('only an ALARM can be suppressed', 'remove the property', names)
    }
  }
  for (const cause of options.causedBy) {
    if (iasios.get(cause)?.type === 'ALARM') continue
    properties.problem(`"${cause}" is no ALARM`, 'name IASIOs of type ALARM, with commas', [
      'mla.causedBy',
    ])
  }
  const family = transferFunctionNamed(asce.transferFunction)
  let evaluator: Evaluator = { evaluate: () => undefined }
  if (!family) {
    properties.problem(
      `there is no transfer function "${asce.transferFunction}"`,
      transferFunctionsInWords,
    )
  } else if (output && inputs.length === asce.inputs.length && inputs.length > 0) {
    evaluator = family.create({ inputs, output, properties })
    for (const name of properties.unused()) {
      const message = `the property "${name}" is not used by ${asce.transferFunction}`
      warnings.push({
        asce: asce.id,
        property: name,
        message,
        cure: 'correct its name, or remove it',
      })
    }
  }
  problems.push(...properties.problems.map((one) => ({ asce: asce.id, ...one })))
  return { rules: asce, options, evaluator }
}

function checkGraph(
  rules: DasuRules,
  ready: ReadonlyMap<string, ReadyAsce>,
  of: (asce: string | null) => (message: string, cure: string) => void,
): void {
  const makers = new Map<string, string>()
  const used = new Set<string>()
  for (const { rules: asce, options } of ready.values()) {
    const other = makers.get(asce.output)
    if (other !== undefined) {
      of(asce.id)(`its output "${asce.output}" is also that of "${other}"`, 'name another output')
    }
    makers.set(asce.output, asce.id)
    for (const input of asce.inputs) used.add(input)
    if (options.suppressedBy !== null) used.add(options.suppressedBy)
  }
  if (ready.size === 0) of(null)('the DASU has no ASCEs', 'give it at least one')
  else if (!makers.has(rules.output)) {
    of(null)(
      `no ASCE makes the output "${rules.output}" of the DASU`,
      'name the output of one of its ASCEs',
    )
  }
  for (const { rules: asce, options } of ready.values()) {
    if (asce.output === rules.output || used.has(asce.output) || options.publish) continue
    of(asce.id)(
      `nothing uses its output "${asce.output}"`,
      'use it, make it the output of the DASU, or set its property mla.publish to true',
    )
  }
}
