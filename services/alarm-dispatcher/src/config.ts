import { z } from 'zod'

/** The settings that are the dispatcher's own; `main.ts` adds those of Kafka, Cassandra and control. */
export const alarmDispatcherEnv = z.object({
  /** Where Alertmanager answers, such as `http://alertmanager:9093`; empty: nothing is sent to it. */
  MLA_ALERTMANAGER_URL: z.string().default(''),
  /** How often set alarms are sent to Alertmanager again; it forgets them after four times that. */
  MLA_ALERTMANAGER_SECONDS: z.coerce.number().min(0.1).max(3600).default(15),
  /** Where people open the HMI: alerts link to their alarm there. */
  MLA_PUBLIC_URL: z.string().default('http://127.0.0.1:8080'),
  /** The mail server, such as `smtp://mail.example.org:25`; empty: no mail. */
  MLA_ALARM_SMTP: z.string().default(''),
  MLA_ALARM_SMTP_USER: z.string().default(''),
  MLA_ALARM_SMTP_PASSWORD_FILE: z.string().default(''),
  MLA_ALARM_MAIL_FROM: z.string().default('mla-alarms@localhost'),
  /** To one address goes one mail in so many seconds, with all that happened meanwhile. */
  MLA_ALARM_MAIL_SECONDS: z.coerce.number().min(0).max(86_400).default(60),
  /** The folder of programs that alarms may start; empty: none. */
  MLA_ALARM_COMMANDS: z.string().default(''),
  /** For one alarm a program is started once in so many seconds. */
  MLA_ALARM_COMMAND_SECONDS: z.coerce.number().min(0).max(86_400).default(60),
})

export type AlarmDispatcherSettings = z.output<typeof alarmDispatcherEnv>
