import { type BatchIdentity, type LogBatchCodec, type Micros, microsPerSecond } from '@mla/model'
import type { LoggedLogs } from '../log-port.ts'
import type { CutRules } from '../open-blocks.ts'
import type { Position } from '../port.ts'
import type { LogLanes, SealedLogBlock } from './log-block.ts'
import { BlockRoom, OpenLogBlock } from './open-log-block.ts'

/** Large blocks are smaller together and quicker to search; a block in writing is in memory. */
export const logCutRules: CutRules = {
  intervalMicros: 60 * microsPerSecond,
  maxLogBytes: 2 * 1024 * 1024,
}

/** Lanes whose last sequence is remembered in a partition; each restart of a collector counts anew. */
const mostLanes = 1_000

/** A partition's next block mostly begins where the last one ends, so few are enough. */
const mostSpareRooms = 2

const phaseOf = (partition: number, rules: CutRules): Micros =>
  ((partition * 7) % 24) * (rules.intervalMicros / 24)

/**
 * What of one partition is not closed yet. Where blocks are cut is read from the log alone
 * (append times and sizes), never from a clock, as with samples.
 */
export class OpenLogPartition {
  readonly #partition: number
  readonly #rules: CutRules
  readonly #codec: LogBatchCodec
  /** Rooms that no block has, of all partitions together. */
  readonly #rooms: BlockRoom[]
  readonly #lanes: Map<string, number>
  #block: OpenLogBlock | null = null
  #logBytes = 0
  #interval = Number.NEGATIVE_INFINITY
  #next = 0
  /** The position up to which the open block is stored as it was then. */
  #stored = 0
  #passed = 0
  readonly redelivered = new Set<number>()

  constructor(
    partition: number,
    parts: { readonly rules: CutRules; readonly codec: LogBatchCodec; readonly rooms: BlockRoom[] },
    lanes: LogLanes,
  ) {
    this.#partition = partition
    this.#rules = parts.rules
    this.#codec = parts.codec
    this.#rooms = parts.rooms
    this.#lanes = new Map(lanes)
  }

  /** True for a batch that was taken already; offsets only grow. */
  has(offset: number): boolean {
    return offset < this.#next
  }

  get next(): Position {
    return { partition: this.#partition, offset: this.#next }
  }

  #intervalOf(appendTime: Micros): number {
    const time = appendTime + phaseOf(this.#partition, this.#rules)
    return Math.floor(time / this.#rules.intervalMicros)
  }

  /** True where the open block ends before a batch that was appended then. */
  isCutBefore(appendTime: Micros): boolean {
    if (this.#block === null) return false
    return (
      this.#intervalOf(appendTime) > this.#interval || this.#logBytes >= this.#rules.maxLogBytes
    )
  }

  /** Throws DECODE_FAILED for bytes that are no batch; then nothing of it is taken. */
  append({ offset, appendTime, bytes }: LoggedLogs): void {
    const cursor = this.#codec.cursor(bytes)
    const isNew = this.#isNew(cursor)
    this.#block ??= new OpenLogBlock(
      { partition: this.#partition, opened: appendTime, cut: offset },
      this.#rooms.pop() ?? new BlockRoom(),
    )
    this.#block.begin(offset, appendTime)
    if (isNew) while (cursor.next()) this.#block.add(cursor)
    else this.redelivered.add(offset)
    this.#next = offset + 1
    this.#logBytes += bytes.length
    this.#interval = Math.max(this.#interval, this.#intervalOf(appendTime))
  }

  #isNew({ collector, epoch, lane, sequence }: BatchIdentity): boolean {
    const key = `${collector}\n${epoch}\n${lane}`
    const known = this.#lanes.get(key)
    if (known !== undefined && sequence <= known) return false
    this.#lanes.delete(key)
    this.#lanes.set(key, sequence)
    if (this.#lanes.size > mostLanes) {
      this.#lanes.delete(this.#lanes.keys().next().value as string)
    }
    return true
  }

  /** All that is open; it stays so. */
  seal(): SealedLogBlock | null {
    return this.#block?.seal(this.#lanes) ?? null
  }

  /** Forgets what was stored. */
  clear(): void {
    if (this.#block !== null && this.#rooms.length < mostSpareRooms) {
      this.#block.room.clear()
      this.#rooms.push(this.#block.room)
    }
    this.#block = null
    this.#logBytes = 0
    this.#interval = Number.NEGATIVE_INFINITY
    this.#stored = this.#next
  }

  /** True where the open block should be stored as it is: a small one often, a large one seldom. */
  isRefreshDue(): boolean {
    if (this.#block === null || this.#stored === this.#next) return false
    return ++this.#passed * 256 * 1024 >= this.#block.bytes
  }

  refreshed(next: number): void {
    this.#stored = next
    this.#passed = 0
  }
}
