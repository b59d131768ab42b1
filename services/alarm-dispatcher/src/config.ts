import { z } from 'zod'

/** The settings that are the dispatcher's own; `main.ts` adds those of Kafka, Cassandra and control. */
export const alarmDispatcherEnv = z.object({
  /** Where Alertmanager answers, such as `http://alertmanager:9093`; empty: nothing is sent to it. */
  MLA_ALERTMANAGER_URL: z.string().default(''),
  /** How often set alarms are sent to Alertmanager again; it forgets them after four times that. */
  MLA_ALERTMANAGER_SECONDS: z.coerce.number().min(0.1).max(3600).default(15),
  /** Where people open the HMI: alerts link to their alarm there. */
  MLA_PUBLIC_URL: z.string().default('http://127.0.0.1:8080'),
})

export type AlarmDispatcherSettings = z.output<typeof alarmDispatcherEnv>
