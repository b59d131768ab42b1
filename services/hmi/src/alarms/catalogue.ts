import { type AsceRules, type DasuRules, splitInstance } from '@mla/alarm'
import type { Cdb, IasioDescription } from '@mla/cdb'
import type { Micros, PointId } from '@mla/model'

/** How an alarm, or another output of an ASCE, is made. */
export interface Making {
  readonly id: string
  readonly supervisor: string
  readonly dasu: DasuRules
  readonly asce: AsceRules
}

/** What the configuration in force says of alarms. */
export interface AlarmCatalogue {
  making(id: string): Making | null
  /** What is declared of an IASIO, whichever instance of its template it is. */
  describe(id: string): IasioDescription | null
  pointOf(id: string): PointId | null
  /** The monitoring points that an output is worked out from, through other ASCEs too. */
  pointsOf(id: string): readonly PointId[]
  /** A value older than this is not reliable. */
  readonly staleAfter: Micros
}

export const noAlarms: AlarmCatalogue = {
  making: () => null,
  describe: () => null,
  pointOf: () => null,
  pointsOf: () => [],
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
        makings.set(asce.output, { id: asce.output, supervisor, dasu, asce })
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
    staleAfter,
  }
}
