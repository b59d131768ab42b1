import { type AsceOptions, optionsOf, splitInstance } from '@mla/alarm'
import type { Cdb, IasioDescription } from '@mla/cdb'

/** What the configuration says of an alarm. */
export interface Making {
  readonly supervisor: string
  readonly options: AsceOptions
  readonly description: IasioDescription | null
}

/** Null for what no ASCE of the configuration in force makes. */
export type MakingOf = (id: string) => Making | null

/** Looks into the configuration in force; each version is read once. */
export function createMakings(configuration: () => Cdb | null): MakingOf {
  let version: string | null = null
  let known: ReadonlyMap<string, Making> = new Map()
  return (id) => {
    const cdb = configuration()
    if (cdb !== null && cdb.version !== version) {
      version = cdb.version
      known = makingsIn(cdb)
    }
    return known.get(id) ?? null
  }
}

function makingsIn({ alarms }: Cdb): ReadonlyMap<string, Making> {
  const makings = new Map<string, Making>()
  for (const { id: supervisor, dasus } of alarms?.supervisors.values() ?? []) {
    for (const { output, properties } of dasus.flatMap(({ asces }) => asces)) {
      const description = alarms?.iasios.get(splitInstance(output).base) ?? null
      makings.set(output, { supervisor, options: optionsOf(properties), description })
    }
  }
  return makings
}
