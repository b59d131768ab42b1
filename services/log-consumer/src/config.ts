import { z } from 'zod'

/** The settings that are the consumer's own; `main.ts` adds those of Kafka, Cassandra and control. */
export const logConsumerEnv = z.object({
  /** How often what is not yet a whole block is stored as far as it is, in milliseconds. */
  MLA_LOG_REFRESH_MS: z.coerce.number().int().min(50).max(60_000).default(1000),
  /** Records a second that are shown at once; beyond it those below WARNING are left out first. */
  MLA_LOG_LIVE_RATE: z.coerce.number().int().min(1).default(5_000),
})

export type LogConsumerSettings = z.output<typeof logConsumerEnv>
