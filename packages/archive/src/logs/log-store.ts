import type { LogBlockHead, LogBlockKey } from './log-block.ts'
import type { LogBlockSink } from './log-writer.ts'

/** Blocks that begin in the same hour of the log and have the same partition. */
export interface Shelf {
  readonly hour: number
  readonly partition: number
}

/** That records of an hour, of a source and a rank, are in blocks of a shelf. */
export interface Seen extends Shelf {
  /** The hour of the records' own times. */
  readonly eventHour: number
  readonly source: string
  readonly rank: number
}

/** What a store of blocks must do; the searching above it is the same for all. */
export interface LogBlockStore extends LogBlockSink {
  /** The UTC days (since 1970) between these, both included, that have records; in any order. */
  days(first: number, last: number): Promise<readonly number[]>
  seen(day: number, firstHour: number, lastHour: number): Promise<readonly Seen[]>
  /** What is known of the blocks of a shelf, in order of opening and cut. */
  heads(shelf: Shelf): Promise<readonly LogBlockHead[]>
  /** The last block of a shelf; null where it is empty. */
  lastOf(shelf: Shelf): Promise<Pick<LogBlockHead, 'next' | 'closed'> | null>
  /** The filters of blocks of one shelf, by cut. */
  filters(shelf: Shelf, blocks: readonly LogBlockKey[]): Promise<ReadonlyMap<string, Uint8Array>>
  /** Null where it has expired. */
  data(block: LogBlockKey): Promise<Buffer | null>
}

export const nameOfBlock = ({ opened, cut, partition }: LogBlockKey): string =>
  `${partition} ${opened} ${cut}`

/** A block as a search takes it: `skipBelow` is the offset up to which another holds its batches. */
export interface FoundBlock extends LogBlockHead {
  readonly skipBelow: number
}

/**
 * Blocks of a shelf without double batches: after a stop at the wrong moment two of them may hold
 * the same batches. The one that began first counts; what another has of it is left out.
 */
export function withoutOverlap(
  heads: readonly LogBlockHead[],
  before: Pick<LogBlockHead, 'next' | 'closed'> | null,
): FoundBlock[] {
  let next = before?.next ?? 0
  let closed = before?.closed ?? Number.NEGATIVE_INFINITY
  return heads.flatMap((head) => {
    // Offsets begin anew when a topic is made anew: then it is no overlap.
    const skipBelow = head.cut < next && head.opened <= closed ? next : 0
    if (skipBelow >= head.next) return []
    next = head.next
    closed = head.closed
    return [{ ...head, skipBelow }]
  })
}
