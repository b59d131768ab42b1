import { z } from 'zod'

/** Settings of every component, to be spread into a service's own. */
export const componentEnv = {
  /** The folder of the configuration database, or `bus`: the version in force on `mla.cdb`. */
  MLA_CDB: z.string().min(1).default('cdb'),
  /** Keeps, in `control/`, what state is wanted, for a start while Kafka is away. */
  MLA_DATA: z.string().min(1).default('.data'),
  /** How often it says how it is. */
  MLA_HEARTBEAT_MS: z.coerce.number().int().min(100).max(60_000).default(2000),
} as const

const componentSettings = z.object(componentEnv)

export type ComponentSettings = z.output<typeof componentSettings>
