import { list } from '@mla/kit'
import { z } from 'zod'

/** The settings that are the bridge's own; `main.ts` adds those of Kafka and control. */
export const iasBridgeEnv = z.object({
  /** `host:port` of IAS's brokers, with commas; without it IAS uses ours. */
  IAS_BROKERS: list.optional(),
})
