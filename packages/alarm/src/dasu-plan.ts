import { MlaError } from '@mla/model'
import { type Asce, createAsce } from './asce.ts'
import { checkDasu } from './dasu-check.ts'
import type { DasuRules } from './dasu-rules.ts'
import { formatRunningId } from './identifier.ts'
import { createPublished, createSlot, type Published, type Slot } from './slot.ts'

/** A DASU made ready once: slots and ASCEs by number, in the order of evaluation. */
export interface DasuPlan {
  readonly rules: DasuRules
  readonly slots: readonly Slot[]
  readonly slotOf: ReadonlyMap<string, number>
  /** The slots below this are inputs from outside. */
  readonly externals: number
  readonly asces: readonly Asce[]
  /** For each slot: the ranks of the ASCEs that read it. */
  readonly readers: readonly (readonly number[])[]
  /** For each ASCE by rank: the slot that it writes. */
  readonly writes: readonly number[]
  readonly published: readonly Published[]
  /** For each slot: what is published of it, and what it suppresses. */
  readonly publishes: readonly (readonly Published[])[]
}

/** Throws CDB_INVALID with every problem of the rules. */
export function planDasu(rules: DasuRules): DasuPlan {
  const check = checkDasu(rules)
  if (check.problems.length > 0) {
    const problems = check.problems.map(({ asce, message }) => `${asce ?? rules.id}: ${message}`)
    throw new MlaError(
      'CDB_INVALID',
      `the DASU "${rules.id}" is not valid: ${problems.join('; ')}`,
      {
        details: { dasu: rules.id, problems: check.problems },
      },
    )
  }
  const outputs = check.asces.map(({ rules: { output } }) => output)
  const named = check.asces.flatMap(({ rules: { inputs }, options: { suppressedBy } }) =>
    suppressedBy === null ? inputs : [...inputs, suppressedBy],
  )
  const external = [...new Set(named)].filter((id) => !outputs.includes(id))
  const ids = [...external, ...outputs]
  const slotOf = new Map(ids.map((id, i) => [id, i]))
  const slots = ids.map((id) => createSlot(id, rules.iasios.get(id)?.type ?? 'STRING'))
  const slotNamed = (id: string): Slot => {
    const slot = slots[slotOf.get(id) ?? -1]
    if (!slot) throw new MlaError('INTERNAL', `no slot for ${id}`)
    return slot
  }
  const readers: number[][] = ids.map(() => [])
  const publishes: Published[][] = ids.map(() => [])
  const published: Published[] = []
  const asces = check.asces.map((ready, rank) => {
    for (const id of ready.rules.inputs) readers[slotOf.get(id) ?? -1]?.push(rank)
    const slot = slotNamed(ready.rules.output)
    if (ready.rules.output === rules.output || ready.options.publish) {
      const suppressedBy = ready.options.suppressedBy
      const suppressor = suppressedBy === null ? null : slotNamed(suppressedBy)
      const runningId = formatRunningId([
        { id: rules.supervisor, type: 'SUPERVISOR' },
        { id: rules.id, type: 'DASU' },
        { id: ready.rules.id, type: 'ASCE' },
        { id: slot.id, type: 'IASIO' },
      ])
      const one = createPublished(slot, rank, runningId, suppressor)
      published.push(one)
      publishes[slotOf.get(slot.id) ?? -1]?.push(one)
      if (suppressedBy !== null) publishes[slotOf.get(suppressedBy) ?? -1]?.push(one)
    }
    return createAsce(ready, ready.rules.inputs.map(slotNamed), slot)
  })
  return {
    ...{ rules, slots, slotOf, externals: external.length, asces, readers, published, publishes },
    writes: outputs.map((id) => slotOf.get(id) ?? -1),
  }
}
