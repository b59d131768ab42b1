import { latestOrder, type PointId, type Sample } from '@mla/model'

/** A sample on its way to a client. */
export interface ShownSample extends Sample {
  /** Other values of its point that are folded into it; absent where none is. */
  readonly missed?: number
}

/**
 * What waits for one client. It holds every sample in order up to a bound; beyond it the newest
 * of each point with a count of the others, until all of it is taken.
 */
export interface ClientQueue {
  push(sample: Sample): void
  /** Takes at most so many; what was folded comes first. */
  take(most: number): ShownSample[]
  readonly size: number
  /** True while samples are folded. */
  readonly folding: boolean
}

export function createClientQueue(maxSamples: number): ClientQueue {
  let waiting: Sample[] = []
  let head = 0
  const folded = new Map<PointId, ShownSample>()

  const fold = (sample: Sample): void => {
    const known = folded.get(sample.point)
    if (!known) folded.set(sample.point, sample)
    else {
      const missed = (known.missed ?? 0) + 1
      const newest = latestOrder(sample) >= latestOrder(known) ? sample : known
      folded.set(sample.point, { ...newest, missed })
    }
  }

  return {
    push(sample) {
      if (folded.size > 0) fold(sample)
      else {
        waiting.push(sample)
        if (waiting.length - head <= maxSamples) return
        for (let i = head; i < waiting.length; i++) fold(waiting[i] as Sample)
        waiting = []
        head = 0
      }
    },
    take(most) {
      const taken: ShownSample[] = []
      for (const [point, sample] of folded) {
        if (taken.length >= most) return taken
        taken.push(sample)
        folded.delete(point)
      }
      const end = Math.min(waiting.length, head + most - taken.length)
      for (; head < end; head++) taken.push(waiting[head] as Sample)
      if (head === waiting.length) {
        waiting = []
        head = 0
      }
      return taken
    },
    get size() {
      return folded.size + waiting.length - head
    },
    get folding() {
      return folded.size > 0
    },
  }
}
