import { join } from 'node:path'
import { list } from '@mla/kit'
import { z } from 'zod'

const mebibytes = (defaultSize: number, min: number) =>
  z.coerce
    .number()
    .min(min)
    .default(defaultSize)
    .transform((size) => Math.floor(size * 1024 * 1024))

/** The settings that are the log collector's own; `main.ts` adds those of Kafka and control. */
export const logCollectorEnv = z.object({
  /** Keeps the spool and the positions in files, in `log-collector/`. */
  MLA_DATA: z.string().default('.data'),
  /** The log sources of the CDB that this instance handles; all without it. */
  MLA_LOG_SOURCES: list.optional(),
  /** The name in the batches; without it, the instance without its process number. */
  MLA_COLLECTOR: z.string().min(1).optional(),
  /** Batches wait in memory up to this size; then TCP and HTTP senders wait, too. */
  MLA_LOG_QUEUE_MB: mebibytes(32, 2),
  MLA_LOG_SPOOL_MB: mebibytes(8192, 4),
  /** What the bus has not taken after this time goes to the spool. */
  MLA_LOG_SPOOL_AFTER_MS: z.coerce.number().int().min(100).default(3000),
  /** A batch is sent after this time, or when it is full. */
  MLA_LOG_BATCH_MS: z.coerce.number().int().min(5).max(10_000).default(100),
  /** With 500, a message and what is around it stay below 512 KiB: buffers that double do not double once more. */
  MLA_LOG_BATCH_KB: z.coerce.number().int().min(16).max(4096).default(500),
  /** How often files are looked at. */
  MLA_LOG_POLL_MS: z.coerce.number().int().min(50).default(500),
  /** How long a stop waits for the bus before the rest goes to the spool. */
  MLA_FLUSH_SECONDS: z.coerce.number().positive().default(10),
})

export interface LogCollectorSettings {
  readonly collector: string
  readonly dataFolder: string
  /** Null handles all. */
  readonly sources: readonly string[] | null
  readonly queueBytes: number
  readonly spoolBytes: number
  readonly spoolAfterMs: number
  readonly batchMs: number
  readonly batchBytes: number
  readonly pollMs: number
  readonly flushMs: number
}

export const logSettingsOf = (
  env: z.output<typeof logCollectorEnv>,
  instance: string,
): LogCollectorSettings => ({
  collector: env.MLA_COLLECTOR ?? instance.replace(/:\d+$/, ''),
  dataFolder: join(env.MLA_DATA, 'log-collector'),
  sources: env.MLA_LOG_SOURCES?.length ? env.MLA_LOG_SOURCES : null,
  queueBytes: env.MLA_LOG_QUEUE_MB,
  spoolBytes: env.MLA_LOG_SPOOL_MB,
  spoolAfterMs: env.MLA_LOG_SPOOL_AFTER_MS,
  batchMs: env.MLA_LOG_BATCH_MS,
  batchBytes: env.MLA_LOG_BATCH_KB * 1024,
  pollMs: env.MLA_LOG_POLL_MS,
  flushMs: env.MLA_FLUSH_SECONDS * 1000,
})
