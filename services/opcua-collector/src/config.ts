import { join } from 'node:path'
import { list } from '@mla/kit'
import { z } from 'zod'

const mebibytes = (defaultSize: number, min: number) =>
  z.coerce
    .number()
    .min(min)
    .default(defaultSize)
    .transform((size) => Math.floor(size * 1024 * 1024))

/** The settings that are the collector's own; `main.ts` adds those of Kafka. */
export const collectorEnv = z.object({
  /** Keeps the spool, the certificates and the signs of life, in `opcua-collector/`. */
  MLA_DATA: z.string().default('.data'),
  /** The sources this instance handles; all without it. */
  MLA_SOURCES: list.optional(),
  /** The name in the batches; without it, the instance without its process number. */
  MLA_COLLECTOR: z.string().min(1).optional(),
  /** Batches wait in memory up to this size, while neither bus nor disk takes them. */
  MLA_QUEUE_MB: mebibytes(32, 8),
  MLA_SPOOL_MB: mebibytes(2048, 8),
  /** What the bus has not taken after this time goes to the spool. */
  MLA_SPOOL_AFTER_MS: z.coerce.number().int().min(50).default(1000),
  /** A lane without samples sends an empty batch after this time, so that the archive can cut. */
  MLA_IDLE_BATCH_SECONDS: z.coerce.number().positive().default(10),
  /** How long a stop waits for the bus before the rest goes to the spool. */
  MLA_FLUSH_SECONDS: z.coerce.number().positive().default(10),
  MLA_OPCUA_TIMEOUT_MS: z.coerce.number().int().min(100).default(15_000),
  /** A subscription without values or keep-alive for this long is lost. */
  MLA_OPCUA_SILENCE_MS: z.coerce.number().int().min(500).default(10_000),
})

export interface CollectorSettings {
  /** The name in the batches; the same after each restart. */
  readonly collector: string
  readonly dataFolder: string
  readonly pkiFolder: string
  /** Null handles all sources. */
  readonly sources: readonly string[] | null
  readonly queueBytes: number
  readonly spoolBytes: number
  readonly spoolAfterMs: number
  readonly idleBatchMs: number
  readonly flushMs: number
  readonly requestTimeoutMs: number
  readonly silenceMs: number
}

export function settingsOf(
  env: z.output<typeof collectorEnv>,
  instance: string,
): CollectorSettings {
  const dataFolder = join(env.MLA_DATA, 'opcua-collector')
  return {
    collector: env.MLA_COLLECTOR ?? instance.replace(/:\d+$/, ''),
    dataFolder,
    pkiFolder: join(dataFolder, 'pki'),
    sources: env.MLA_SOURCES?.length ? env.MLA_SOURCES : null,
    queueBytes: env.MLA_QUEUE_MB,
    spoolBytes: env.MLA_SPOOL_MB,
    spoolAfterMs: env.MLA_SPOOL_AFTER_MS,
    idleBatchMs: env.MLA_IDLE_BATCH_SECONDS * 1000,
    flushMs: env.MLA_FLUSH_SECONDS * 1000,
    requestTimeoutMs: env.MLA_OPCUA_TIMEOUT_MS,
    silenceMs: env.MLA_OPCUA_SILENCE_MS,
  }
}
