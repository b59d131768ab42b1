import { z } from 'zod'

/** The settings that are the dispatcher's own; `main.ts` adds those of Kafka, Cassandra and control. */
export const dispatcherEnv = z.object({
  /** How many seconds of the log make a block of the archive. */
  MLA_CUT_SECONDS: z.coerce.number().int().min(1).max(3600).default(300),
})
