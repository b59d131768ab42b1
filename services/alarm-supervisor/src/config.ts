import { list } from '@mla/kit'
import { z } from 'zod'

/** The settings that are the supervisor's own; `main.ts` adds those of Kafka and control. */
export const supervisorEnv = z.object({
  /** The supervisors of the CDB whose DASUs this process runs, with commas; empty: all of them. */
  MLA_SUPERVISORS: list.default([]),
  /** How old the state of a DASU on `mla.state` may become. */
  MLA_ALARM_SNAPSHOT_SECONDS: z.coerce.number().min(0.1).max(600).default(10),
  /** How far back the BSDB is read at a start, at most. */
  MLA_ALARM_REPLAY_SECONDS: z.coerce.number().min(1).max(86_400).default(600),
})

export type SupervisorSettings = z.output<typeof supervisorEnv>
