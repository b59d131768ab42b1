import type { Position } from '@mla/archive'
import type { Micros } from '@mla/model'
import type { SortedBatch } from './triage.ts'

/** What was taken from the bus and is not yet durable. */
export interface Waiting {
  add(partition: number, batches: readonly SortedBatch[]): void
  /** Takes out what lies before these positions, which are durable. */
  settle(positions: readonly Position[]): Settled
}

export interface Settled {
  readonly samples: number
  /** When the newest of them was collected, for each source that had any. */
  readonly newest: ReadonlyMap<string, Micros>
}

interface Batch {
  readonly offset: number
  readonly samples: number
  readonly source: string
  readonly collected: Micros
}

export function createWaiting(): Waiting {
  const open = new Map<number, Batch[]>()
  return {
    add(partition, sorted) {
      const batches = open.get(partition) ?? []
      for (const { offset, source, samples } of sorted) {
        // The last of a batch is the newest, whatever it holds; one look a batch, not a sample.
        const collected = samples.at(-1)?.collectedTime ?? 0
        batches.push({ offset, samples: samples.length, source, collected })
      }
      open.set(partition, batches)
    },
    settle(positions) {
      let samples = 0
      const newest = new Map<string, Micros>()
      for (const { partition, offset } of positions) {
        const batches = open.get(partition) ?? []
        open.set(
          partition,
          batches.filter((one) => one.offset >= offset),
        )
        for (const one of batches) {
          if (one.offset >= offset || one.samples === 0) continue
          samples += one.samples
          newest.set(one.source, Math.max(one.collected, newest.get(one.source) ?? 0))
        }
      }
      return { samples, newest }
    },
  }
}
