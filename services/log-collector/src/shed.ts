import { createLogBatchCodec, LogBatchWriter } from '@mla/model'
import { countOf, type Entry } from './entry.ts'

const codec = createLogBatchCodec()
const writer = new LogBatchWriter()

/** What was taken out: by source, how many records of each priority. */
export type Shed = Map<string, Uint32Array>

export function countShed(shed: Shed, source: string, ranks: Uint32Array): void {
  const known = shed.get(source) ?? new Uint32Array(9)
  ranks.forEach((count, rank) => {
    known[rank] = (known[rank] ?? 0) + count
  })
  shed.set(source, known)
}

/**
 * The entry without its records up to `rank`, or null where none is left. It keeps its sequence,
 * so it is still the same batch to whoever recognises redelivery.
 */
export function without(entry: Entry, rank: number, shed: Shed): Entry | null {
  const gone = entry.ranks.slice()
  gone.fill(0, rank + 1)
  const lost = countOf(gone)
  if (lost === 0) return entry
  countShed(shed, entry.source, gone)
  if (lost === countOf(entry.ranks)) return null
  const cursor = codec.cursor(entry.bytes)
  while (cursor.next()) {
    if (cursor.rank > rank) writer.copy(cursor.bytes, cursor.start, cursor.end, cursor.rank)
  }
  const { collector, epoch, sequence, lane } = cursor
  return { ...entry, ...writer.seal({ collector, epoch, sequence, lane }) }
}

/** The least rank that any of these records has; 9 where there is none. */
export function leastRank(entries: readonly Entry[]): number {
  for (let rank = 0; rank < 9; rank++) {
    if (entries.some(({ ranks }) => (ranks[rank] ?? 0) > 0)) return rank
  }
  return 9
}
