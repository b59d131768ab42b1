import { dayOf, type Micros, microsPerSecond, type PointId, type Sample, timeOf } from '@mla/model'
import { type Block, OpenBlock } from './block.ts'
import type { BytePool } from './byte-pool.ts'
import type { LoggedBatch, Position } from './port.ts'

export interface CutRules {
  /** A cut falls where the log's time crosses a multiple of this. */
  readonly intervalMicros: Micros
  /** A cut falls at the latest after this many bytes of log. */
  readonly maxLogBytes: number
}

export const cutRules: CutRules = {
  intervalMicros: 300 * microsPerSecond,
  maxLogBytes: 256 * 1024 * 1024,
}

/** The blocks of one partition from one cut to the next, and where the next one begins. */
export interface Cut {
  readonly partition: number
  /** The offset of the first batch in it: with the partition it names the cut. */
  readonly offset: number
  readonly next: Position
  /** Closes one block after the other: nothing is held twice. */
  blocks(): Iterable<Block>
}

/** The partitions' cuts are spread over the interval, so that the archive is written steadily. */
const phaseOf = (partition: number, rules: CutRules): Micros =>
  ((partition * 7) % 24) * (rules.intervalMicros / 24)

/**
 * The minutes of one partition that are not in the archive yet. Where they are cut into blocks is
 * read from the log alone (append times and sizes), never from a clock: so whoever reads the same
 * log from the last committed cut again makes the same blocks again.
 */
export class OpenPartition {
  readonly #partition: number
  readonly #rules: CutRules
  #blocks = new Map<PointId, OpenBlock>()
  /** Blocks of other days than the one in #blocks: late samples, or those around midnight. */
  #strays = new Map<string, OpenBlock>()
  #start: number | null = null
  #next = 0
  #interval = Number.NEGATIVE_INFINITY
  #logBytes = 0
  readonly #pool: BytePool

  constructor(partition: number, rules: CutRules, pool: BytePool) {
    this.#pool = pool
    this.#partition = partition
    this.#rules = rules
  }

  #intervalOf(batch: LoggedBatch): number {
    const time = batch.appendTime + phaseOf(this.#partition, this.#rules)
    return Math.floor(time / this.#rules.intervalMicros)
  }

  /** True for a batch that was taken already; offsets only grow. */
  has(offset: number): boolean {
    return offset < this.#next
  }

  /** The cut that falls before `batch`, if one does. It changes nothing. */
  cutBefore(batch: LoggedBatch): Cut | null {
    if (this.#start === null) return null
    const crosses = this.#intervalOf(batch) > this.#interval
    return crosses || this.#logBytes >= this.#rules.maxLogBytes ? this.cut() : null
  }

  /** All that is open as a cut; null when nothing is. It changes nothing. */
  cut(): Cut | null {
    if (this.#start === null) return null
    const open = [...this.#blocks.values(), ...this.#strays.values()]
    return {
      partition: this.#partition,
      offset: this.#start,
      next: { partition: this.#partition, offset: this.#next },
      *blocks() {
        for (const block of open) yield block.close()
      },
    }
  }

  /** Forgets what was cut, once it is stored. */
  clear(): void {
    for (const block of this.#blocks.values()) block.release()
    for (const block of this.#strays.values()) block.release()
    this.#blocks = new Map()
    this.#strays = new Map()
    this.#start = null
    this.#interval = Number.NEGATIVE_INFINITY
    this.#logBytes = 0
  }

  append(batch: LoggedBatch): void {
    this.#start ??= batch.offset
    this.#next = batch.offset + 1
    this.#interval = Math.max(this.#interval, this.#intervalOf(batch))
    this.#logBytes += batch.size
    for (const sample of batch.samples) this.#add(sample)
  }

  #add(sample: Sample): void {
    const day = dayOf(timeOf(sample))
    const open = this.#blocks.get(sample.point)
    if (open === undefined) this.#blocks.set(sample.point, new OpenBlock(sample, this.#pool))
    else if (open.day === day) open.append(sample)
    else {
      const key = `${day} ${sample.point}`
      const stray = this.#strays.get(key)
      if (stray) stray.append(sample)
      else this.#strays.set(key, new OpenBlock(sample, this.#pool))
    }
  }
}
