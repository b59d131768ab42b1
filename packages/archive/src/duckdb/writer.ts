import {
  BIGINT,
  BLOB,
  blobValue,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  INTEGER,
  UINTEGER,
  UTINYINT,
  VARCHAR,
} from '@duckdb/node-api'
import type { Sample } from '@mla/model'
import type { LoggedBatch, Position, SampleWriter } from '../port.ts'
import type { PointTable } from './points.ts'
import { rowOf } from './rows.ts'

const types = [INTEGER, BIGINT, BIGINT, BIGINT, BIGINT, UINTEGER, UTINYINT, DOUBLE, BLOB, VARCHAR]
const chunkRows = 2048

export type Changing = (
  ids: readonly number[],
  samples: readonly Sample[],
  write: () => Promise<void>,
) => Promise<void>

export interface WriteRules {
  /** Rows that are written at the latest when this many wait. */
  readonly maxRows: number
  /** Milliseconds that rows may wait for more. */
  readonly maxWaitMs: number
}

/** Rows go in a few thousand at a time, in one transaction; nothing waits longer than half a second. */
export function createRowWriter(
  connection: DuckDBConnection,
  points: PointTable,
  guard: <T>(work: () => Promise<T>) => Promise<T>,
  rules: WriteRules,
  nowMs: () => number,
  /** Does the writing while no rollup of the same days is written, and takes back those there are. */
  changing: Changing,
): SampleWriter {
  let waiting: Sample[] = []
  let since = nowMs()
  const next = new Map<number, number>()

  async function flush(): Promise<readonly Position[]> {
    const positions = [...next].map(([partition, offset]) => ({ partition, offset }))
    if (waiting.length > 0) {
      const ids = await guard(() => points.idsOf(waiting))
      await changing(ids, waiting, () => guard(() => write(connection, ids, waiting)))
      waiting = []
    }
    since = nowMs()
    for (const { partition } of positions) next.delete(partition)
    return positions
  }

  return {
    async append(partition, batches: readonly LoggedBatch[]) {
      for (const batch of batches) {
        // A batch that waits already comes again after a write that failed.
        if (batch.offset < (next.get(partition) ?? 0)) continue
        for (const sample of batch.samples) waiting.push(sample)
        next.set(partition, batch.offset + 1)
      }
      const due = waiting.length >= rules.maxRows || nowMs() - since >= rules.maxWaitMs
      return due ? flush() : []
    },
    flush,
  }
}

async function write(
  connection: DuckDBConnection,
  ids: readonly number[],
  samples: readonly Sample[],
): Promise<void> {
  const appender = await connection.createAppender('samples')
  try {
    for (let start = 0; start < samples.length; start += chunkRows) {
      const part = samples.slice(start, start + chunkRows)
      const rows = part.map((sample) => rowOf(sample))
      const chunk = DuckDBDataChunk.create(types, rows.length)
      chunk.setColumns([
        ids.slice(start, start + chunkRows),
        ...types.slice(1).map((_, column) =>
          rows.map((row) => {
            const cell = row[column] ?? null
            return cell instanceof Uint8Array ? blobValue(cell) : cell
          }),
        ),
      ])
      appender.appendDataChunk(chunk)
    }
  } finally {
    appender.closeSync()
  }
}
