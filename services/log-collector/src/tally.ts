import type { Withheld } from '@mla/logs'

const ranks = 9

/** What happened to the records of one source since it was last told: counted record by record. */
export class Tally {
  bytes = 0
  notUnderstood = 0
  cutBytes = 0
  cutFrames = 0
  /** Frames without a text: blank lines, keep-alives. */
  empty = 0
  /** Stamps more than a day behind, or a minute ahead of, the collector's clock. */
  strangeTimes = 0
  /** Records by rank that went on. */
  readonly received = new Uint32Array(ranks)
  readonly withheld = new Map<Withheld, Uint32Array>()
  /** Packets and requests that could not be used, by reason. */
  readonly problems = new Map<string, number>()

  /** Begins anew. */
  clear(): void {
    this.bytes = this.notUnderstood = this.cutBytes = this.cutFrames = 0
    this.empty = this.strangeTimes = 0
    this.received.fill(0)
    this.withheld.clear()
    this.problems.clear()
  }

  withhold(reason: Withheld, rank: number): void {
    const counts = this.withheld.get(reason) ?? new Uint32Array(ranks)
    counts[rank] = (counts[rank] ?? 0) + 1
    this.withheld.set(reason, counts)
  }

  problem(reason: string, count = 1): void {
    this.problems.set(reason, (this.problems.get(reason) ?? 0) + count)
  }
}
