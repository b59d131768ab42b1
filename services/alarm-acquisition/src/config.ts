import { port } from '@mla/kit'
import { z } from 'zod'

/** The settings that are the acquisition's own; `main.ts` adds those of Kafka and control. */
export const alarmAcquisitionEnv = z.object({
  /** The address that plugins reach it at over HTTP and TCP. */
  MLA_ALARM_HOST: z.string().min(1).default('127.0.0.1'),
  MLA_ALARM_HTTP_PORT: port.default(5280),
  MLA_ALARM_TCP_PORT: port.default(5281),
  /** Plugins that are connected at once, over HTTP and TCP each; the next one is turned away. */
  MLA_ALARM_CONNECTIONS: z.coerce.number().int().min(1).max(10_000).default(256),
  /** What may wait for the bus; then TCP plugins wait, and HTTP answers 503. */
  MLA_ALARM_QUEUE_MB: z.coerce
    .number()
    .min(1)
    .max(48)
    .default(16)
    .transform((size) => Math.floor(size * 1024 * 1024)),
})

export type AlarmAcquisitionSettings = z.output<typeof alarmAcquisitionEnv>
