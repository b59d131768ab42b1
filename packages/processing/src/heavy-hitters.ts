import { listOf, type Saved } from './observation.ts'

export interface Hitter {
  readonly item: string
  /** At least how often it came, and at most; the truth lies between. */
  readonly atLeast: number
  readonly atMost: number
}

/**
 * The most frequent of many texts in bounded memory: Space-Saving (Metwally, Agrawal, El Abbadi
 * 2005). With `size` counters over n texts, whatever came more than n / size times is in the list,
 * and no count is wrong by more than that.
 */
export class HeavyHitters {
  readonly #size: number
  readonly #counters = new Map<string, { count: number; error: number }>()
  #total = 0

  constructor(size = 100) {
    this.#size = size
  }

  get total(): number {
    return this.#total
  }

  add(item: string, times = 1): void {
    this.#total += times
    const known = this.#counters.get(item)
    if (known) known.count += times
    else if (this.#counters.size < this.#size) this.#counters.set(item, { count: times, error: 0 })
    else {
      const [least, { count }] = this.#least()
      this.#counters.delete(least)
      this.#counters.set(item, { count: count + times, error: count })
    }
  }

  /** The most frequent, those first of which it is certain that they came most often. */
  top(count: number): readonly Hitter[] {
    return [...this.#counters]
      .map(([item, { count, error }]) => ({ item, atLeast: count - error, atMost: count }))
      .sort((a, b) => b.atMost - a.atMost || b.atLeast - a.atLeast || (a.item < b.item ? -1 : 1))
      .slice(0, count)
  }

  #least(): [string, { count: number; error: number }] {
    let least: [string, { count: number; error: number }] = ['', { count: Infinity, error: 0 }]
    for (const one of this.#counters) if (one[1].count < least[1].count) least = one
    return least
  }

  save(): Saved {
    const counters = [...this.#counters].map(([item, { count, error }]) => [item, count, error])
    return { total: this.#total, counters }
  }

  static load(saved: Saved, size = 100): HeavyHitters {
    const sketch = new HeavyHitters(size)
    const { total, counters } = saved as { total: number; counters: Saved }
    sketch.#total = Number(total)
    for (const one of listOf(counters)) {
      const [item, count, error] = listOf(one)
      sketch.#counters.set(String(item), { count: Number(count), error: Number(error) })
    }
    return sketch
  }
}
