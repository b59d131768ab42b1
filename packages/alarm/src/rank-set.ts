/** A set of small numbers that is emptied in ascending order, also while it is added to behind. */
export interface RankSet {
  add(rank: number): void
  has(rank: number): boolean
  delete(rank: number): void
  /** The first member from `from` on, or -1. */
  next(from: number): number
}

export function createRankSet(size: number): RankSet {
  const words = new Uint32Array((size >> 5) + 1)
  return {
    add(rank) {
      words[rank >> 5] = (words[rank >> 5] ?? 0) | (1 << (rank & 31))
    },
    has: (rank) => ((words[rank >> 5] ?? 0) & (1 << (rank & 31))) !== 0,
    delete(rank) {
      words[rank >> 5] = (words[rank >> 5] ?? 0) & ~(1 << (rank & 31))
    },
    next(from) {
      let at = from >> 5
      let word = (words[at] ?? 0) & (-1 << (from & 31))
      while (word === 0) {
        if (++at >= words.length) return -1
        word = words[at] ?? 0
      }
      return (at << 5) + 31 - Math.clz32(word & -word)
    },
  }
}
