import { logRecords, type Topic } from '@mla/bus'
import type { Micros } from '@mla/model'

/** One batch, encoded, on its way to the bus: what the queue, the spool and the bus are handed. */
export interface Entry {
  /** The source in the CDB, for the counters. */
  readonly source: string
  readonly lane: string
  readonly partition: number
  /** How many records of each priority are in it. */
  readonly ranks: Uint32Array
  /** When it was sealed. */
  readonly time: Micros
  /** A `LogBatch`, encoded as `logRecords` does. */
  readonly bytes: Buffer
  /** Told once when the bus or the disk has it. */
  readonly safe?: () => void
}

/** `log.records` for batches that are encoded already. */
export const encodedLogs: Topic<Uint8Array> = {
  name: logRecords.name,
  settings: logRecords.settings,
  encode: (bytes) => bytes,
  decode: (bytes) => bytes,
}

export const sizeOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { bytes }) => sum + bytes.length, 0)

export const recordsIn = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { ranks }) => sum + countOf(ranks), 0)

export const countOf = (ranks: Uint32Array): number => ranks.reduce((sum, count) => sum + count, 0)
