import { createLogBatchCodec, type Micros } from '@mla/model'
import type { LogWriter } from '../log-port.ts'
import type { CutRules } from '../open-blocks.ts'
import type { Position } from '../port.ts'
import type { LogLanes, SealedLogBlock } from './log-block.ts'
import { OpenLogPartition } from './open-log-partition.ts'

export interface LogBlockSink {
  /** Stores a block; of two with one key the one that goes further stays. */
  write(block: SealedLogBlock): Promise<void>
  /** The lanes as of the last block of a partition that begins before a batch; empty without one. */
  lanesBefore(partition: number, offset: number, appendTime: Micros): Promise<LogLanes>
}

/**
 * A writer that keeps blocks open until a cut of the log. Which sequences came before is stored in
 * each block, so a copy is known also after a restart and by whoever takes a partition over.
 */
export function createLogWriter(sink: LogBlockSink, rules: CutRules): LogWriter {
  const codec = createLogBatchCodec()
  const partitions = new Map<number, OpenLogPartition>()

  async function close(open: OpenLogPartition): Promise<Position | null> {
    const block = open.seal()
    if (block === null) return null
    await sink.write(block)
    open.clear()
    return open.next
  }

  return {
    async append(partition, batches) {
      const [first] = batches
      if (first === undefined) return { durable: [], redelivered: new Set() }
      let open = partitions.get(partition)
      if (open === undefined) {
        const lanes = await sink.lanesBefore(partition, first.offset, first.appendTime)
        open = new OpenLogPartition(partition, rules, codec, lanes)
        partitions.set(partition, open)
      }
      for (const offset of open.redelivered) {
        if (offset < first.offset) open.redelivered.delete(offset)
      }
      let durable: Position | null = null
      for (const batch of batches) {
        // A batch that is in already comes again after a cut that failed: it is not taken twice.
        if (open.has(batch.offset)) continue
        if (open.isCutBefore(batch.appendTime)) durable = await close(open)
        open.append(batch)
      }
      return { durable: durable ? [durable] : [], redelivered: new Set(open.redelivered) }
    },
    async refresh() {
      const durable: Position[] = []
      for (const open of partitions.values()) {
        if (!open.isRefreshDue()) continue
        const block = open.seal()
        if (block === null) continue
        await sink.write(block)
        open.refreshed(block.next)
        durable.push({ partition: block.partition, offset: block.next })
      }
      return durable
    },
    async flush() {
      const durable: Position[] = []
      for (const open of partitions.values()) {
        const position = await close(open)
        if (position) durable.push(position)
      }
      return durable
    },
  }
}
