import type { Position } from '../port.ts'
import type { SealedLogBlock } from './log-block.ts'

/** A block on its way into the archive. */
interface Write {
  readonly block: SealedLogBlock
  state: 'under way' | 'stored' | 'failed'
  error: unknown
  ended: Promise<void>
}

/**
 * Stores closed blocks while the next ones grow: of each partition one at a time, so that what is
 * stored has no hole. A write that fails is told to whoever asks next, and begun again when asked.
 */
export function createStoring(write: (block: SealedLogBlock) => Promise<void>) {
  const writes = new Map<number, Write>()
  /** Durable, and not told yet. */
  const durable = new Map<number, Position>()

  function begin(block: SealedLogBlock): void {
    const one: Write = { block, state: 'under way', error: null, ended: Promise.resolve() }
    one.ended = write(block).then(
      () => {
        one.state = 'stored'
      },
      (error: unknown) => {
        one.state = 'failed'
        one.error = error
      },
    )
    writes.set(block.partition, one)
  }

  /** Waits until nothing of the partition is under way; throws what failed. */
  async function settle(partition: number): Promise<void> {
    const known = writes.get(partition)
    if (known?.state === 'failed') begin(known.block)
    const one = writes.get(partition)
    if (one === undefined) return
    await one.ended
    if (one.state === 'failed') throw one.error
    writes.delete(partition)
    stored(one.block)
  }

  /** What is durable now, once. */
  function stored({ partition, next }: SealedLogBlock): void {
    durable.set(partition, { partition, offset: next })
  }

  return {
    begin,
    settle,
    stored,
    async settleAll(): Promise<void> {
      for (const partition of [...writes.keys()]) await settle(partition)
    },
    /** Notes what has ended meanwhile, without waiting; throws what failed when it fails again. */
    async look(): Promise<void> {
      for (const [partition, { state }] of [...writes]) {
        if (state !== 'under way') await settle(partition)
      }
    },
    /** The positions that became durable since the last time. */
    takeDurable(): readonly Position[] {
      const positions = [...durable.values()]
      durable.clear()
      return positions
    },
  }
}
