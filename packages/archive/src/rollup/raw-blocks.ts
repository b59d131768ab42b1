import { timeOf } from '@mla/model'
import {
  addBlocksTo,
  type BlockSource,
  countOf,
  historyOf,
  type StoredBlock,
  walkBlocks,
} from '../block-history.ts'
import { numberOf } from '../summary.ts'
import type { RawSource } from './rolled-history.ts'

/** What blocks answer without rollups. */
export const rawBlocks = <B extends StoredBlock>(blocks: BlockSource<B>): RawSource => ({
  history: (query) => historyOf(blocks, query),
  count: (point, from, to) => countOf(blocks, point, { from, to }),
  addTo: (bucketing, _, part) => addBlocksTo(blocks, bucketing, part),
  sketch: (into, part) =>
    walkBlocks(blocks, part, {
      scan(scan) {
        while (scan.next()) {
          const isInside = scan.time >= part.from && scan.time < part.to
          if (isInside && !Number.isNaN(scan.number)) into.add(scan.number)
        }
      },
      samples(samples) {
        for (const sample of samples) {
          const number = numberOf(sample)
          const time = timeOf(sample)
          if (time >= part.from && time < part.to && !Number.isNaN(number)) into.add(number)
        }
      },
    }),
})
