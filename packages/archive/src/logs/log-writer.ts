import { createLogBatchCodec, type Micros } from '@mla/model'
import type { LogWriter } from '../log-port.ts'
import type { CutRules } from '../open-blocks.ts'
import type { LogLanes, SealedLogBlock } from './log-block.ts'
import { OpenLogPartition } from './open-log-partition.ts'
import { createStoring } from './storing.ts'

export interface LogBlockSink {
  /** Stores a block; of two with one key the one that goes further stays. */
  write(block: SealedLogBlock): Promise<void>
  /** The lanes as of the last block of a partition that begins before a batch; empty without one. */
  lanesBefore(partition: number, offset: number, appendTime: Micros): Promise<LogLanes>
}

/**
 * A writer that keeps blocks open until a cut of the log, and stores them while the next ones grow.
 * Which sequences came before is stored in each block, so a copy is known also after a restart and
 * by whoever takes a partition over.
 */
export function createLogWriter(sink: LogBlockSink, rules: CutRules): LogWriter {
  const parts = { rules, codec: createLogBatchCodec(), rooms: [] }
  const partitions = new Map<number, OpenLogPartition>()
  const storing = createStoring((block) => sink.write(block))

  return {
    async append(partition, batches) {
      await storing.look()
      const [first] = batches
      if (first === undefined) return { durable: storing.takeDurable(), redelivered: new Set() }
      let open = partitions.get(partition)
      if (open === undefined) {
        const lanes = await sink.lanesBefore(partition, first.offset, first.appendTime)
        open = new OpenLogPartition(partition, parts, lanes)
        partitions.set(partition, open)
      }
      for (const offset of open.redelivered) {
        if (offset < first.offset) open.redelivered.delete(offset)
      }
      for (const batch of batches) {
        // A batch that is in already comes again after a cut that failed: it is not taken twice.
        if (open.has(batch.offset)) continue
        if (open.isCutBefore(batch.appendTime)) {
          await storing.settle(partition)
          const block = open.seal()
          open.clear()
          if (block !== null) storing.begin(block)
        }
        open.append(batch)
      }
      return { durable: storing.takeDurable(), redelivered: new Set(open.redelivered) }
    },
    async refresh() {
      await storing.settleAll()
      for (const open of partitions.values()) {
        if (!open.isRefreshDue()) continue
        const block = open.seal()
        if (block === null) continue
        await sink.write(block)
        open.refreshed(block.next)
        storing.stored(block)
      }
      return storing.takeDurable()
    },
    async flush() {
      await storing.settleAll()
      for (const open of partitions.values()) {
        const block = open.seal()
        if (block === null) continue
        await sink.write(block)
        open.clear()
        storing.stored(block)
      }
      return storing.takeDurable()
    },
  }
}
