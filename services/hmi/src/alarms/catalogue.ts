import { type AsceRules, type DasuRules, optionsOf, splitInstance } from '@mla/alarm'
import type { Cdb, IasioDescription } from '@mla/cdb'
import type { Micros, PointId } from '@mla/model'

/** How an alarm, or another output of an ASCE, is made. */
export interface Making {
  readonly id: string
  readonly supervisor: string
  readonly dasu: DasuRules
  readonly asce: AsceRules
  /** The alarms that explain it while they are set. */
  readonly causes: readonly string[]
  /** Not acknowledged for so long it is told to somebody else; null for never. */
  readonly escalateAfter: Micros | null
  /** What operators are to do. */
  readonly guidance: string | null
}

/** What the configuration in force says of alarms. */
export interface AlarmCatalogue {
  making(id: string): Making | null
  /** What is declared of an IASIO, whichever instance of its template it is. */
  describe(id: string): IasioDescription | null
  pointOf(id: string): PointId | null
  /** The monitoring points that an output is worked out from, through other ASCEs too. */
  pointsOf(id: string): readonly PointId[]
  /** The alarms that an alarm may be a cause of, at once or through others. */
  consequencesOf(id: string): ReadonlySet<string>
  /** A value older than this is not reliable. */
  readonly staleAfter: Micros
}

export const noAlarms: AlarmCatalogue = {
  making: () => null,
  describe: () => null,
  pointOf: () => null,
  pointsOf: () => [],
  consequencesOf: () => new Set(),
  staleAfter: Number.POSITIVE_INFINITY,
}

export function alarmCatalogueOf({ alarms }: Cdb): AlarmCatalogue {
  if (alarms === null) return noAlarms
  const makings = new Map<string, Making>()
  let staleAfter = 0
  for (const { id: supervisor, dasus } of alarms.supervisors.values()) {
    for (const dasu of dasus) {
      staleAfter = Math.max(staleAfter, dasu.validityThreshold, 2 * dasu.refresh)
      for (const asce of dasu.asces) {
        makings.set(asce.output, makingOf(supervisor, dasu, asce))
      }
    }
  }
  const points = new Map(alarms.inputs.map(({ iasio, point }) => [iasio, point]))
  const found = new Map<string, readonly PointId[]>()
  const pointsOf = (id: string): readonly PointId[] => {
    const known = found.get(id)
    if (known) return known
    // Before its inputs, so that a circle ends; the CDB's check refuses one.
    found.set(id, [])
    const own = points.get(id)
    const below = makings.get(id)?.asce.inputs.flatMap(pointsOf) ?? []
    const all = [...new Set(own === undefined ? below : [own, ...below])]
    found.set(id, all)
    return all
  }
  return {
    pointsOf,
    making: (id) => makings.get(id) ?? null,
    describe: (id) => alarms.iasios.get(splitInstance(id).base) ?? null,
    pointOf: (id) => points.get(id) ?? null,
    consequencesOf: consequencesIn(makings.values()),
    staleAfter,
  }
}

function makingOf(supervisor: string, dasu: DasuRules, asce: AsceRules): Making {
  const { causedBy, escalateAfter, guidance } = optionsOf(asce.properties)
  const parts = asce.inputs.filter((id) => dasu.iasios.get(id)?.type === 'ALARM')
  return {
    ...{ id: asce.output, supervisor, dasu, asce, causes: [...causedBy, ...parts] },
    ...{ escalateAfter, guidance },
  }
}

function consequencesIn(makings: Iterable<Making>) {
  const direct = new Map<string, string[]>()
  for (const { id, causes } of makings) {
    for (const cause of causes) direct.set(cause, [...(direct.get(cause) ?? []), id])
  }
  return (id: string): ReadonlySet<string> => {
    const found = new Set<string>()
    const open = [id]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const one of direct.get(at) ?? []) {
        if (!found.has(one)) open.push(one)
        found.add(one)
      }
    }
    return found
  }
}
