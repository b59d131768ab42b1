import type { Block } from './block.ts'
import { BytePool } from './byte-pool.ts'
import { type Cut, type CutRules, OpenPartition } from './open-blocks.ts'
import type { Position, SampleWriter } from './port.ts'

export interface BlockSink {
  write(partition: number, cut: number, blocks: Iterable<Block>): Promise<void>
}

/** A writer that keeps the open minutes in memory and stores them at each cut of the log. */
export function createBlockWriter(sink: BlockSink, rules: CutRules): SampleWriter {
  const partitions = new Map<number, OpenPartition>()
  const pool = new BytePool()

  async function store(open: OpenPartition, cut: Cut): Promise<Position> {
    await sink.write(cut.partition, cut.offset, cut.blocks())
    open.clear()
    return cut.next
  }

  return {
    async append(partition, batches) {
      const open = partitions.get(partition) ?? new OpenPartition(partition, rules, pool)
      partitions.set(partition, open)
      let durable: Position | null = null
      for (const batch of batches) {
        // A batch that is in already comes again after a cut that failed: it is not taken twice.
        if (open.has(batch.offset)) continue
        const cut = open.cutBefore(batch)
        if (cut) durable = await store(open, cut)
        open.append(batch)
      }
      return durable ? [durable] : []
    },
    async flush() {
      const positions: Position[] = []
      for (const open of partitions.values()) {
        const cut = open.cut()
        if (cut) positions.push(await store(open, cut))
      }
      return positions
    },
  }
}
