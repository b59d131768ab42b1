import { z } from 'zod'

/** The settings that are a manager's own; `main.ts` adds those of Kafka and control. */
export const managerEnv = z.object({
  /** What it manages, as `cdb/components.yaml` says; its name is `<subsystem>-manager`. */
  MLA_SUBSYSTEM: z
    .string({ error: 'say which subsystem it manages: mon, log or alarm' })
    .regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and -, as in cdb/components.yaml'),
  /** A component that has input and takes none of it for so long is restarted. */
  MLA_STUCK_SECONDS: z.coerce.number().positive().default(60),
})

export const managerName = (subsystem: string): string => `${subsystem}-manager`
