import { loadNumber, recordOf, type Saved } from './observation.ts'

/** How often numbers lie in a bin: [index, times] in order of the index. */
export interface SketchBins {
  readonly zeros: number
  readonly positive: readonly (readonly [number, number])[]
  readonly negative: readonly (readonly [number, number])[]
}

/**
 * Quantiles in bounded memory: DDSketch (Masson, Rim, Lee: "DDSketch: A Fast and Fully-Mergeable
 * Quantile Sketch with Relative-Error Guarantees", VLDB 2019). A quantile is wrong by no more than
 * `accuracy` of itself, for values of any sign, as long as no more than `maxBins` bins are used; then
 * those next to zero are joined, and only quantiles that lie in them lose accuracy.
 */
export class QuantileSketch {
  readonly accuracy: number
  readonly #logGamma: number
  readonly #maxBins: number
  readonly #positive = new Map<number, number>()
  readonly #negative = new Map<number, number>()
  #zeros = 0
  #count = 0

  constructor(accuracy = 0.01, maxBins = 2048) {
    this.accuracy = accuracy
    this.#logGamma = Math.log((1 + accuracy) / (1 - accuracy))
    this.#maxBins = maxBins
  }

  get count(): number {
    return this.#count
  }

  /** Takes a finite number. */
  add(value: number, times = 1): void {
    this.#count += times
    if (Math.abs(value) < Number.MIN_VALUE * 2 ** 52) this.#zeros += times
    else {
      const index = Math.ceil(Math.log(Math.abs(value)) / this.#logGamma)
      addTo(value > 0 ? this.#positive : this.#negative, index, times)
      this.#bound()
    }
  }

  /** What is in the other is in this one, too. Both have the same accuracy. */
  merge(other: QuantileSketch): void {
    if (other.accuracy !== this.accuracy) throw new RangeError('sketches of different accuracy')
    for (const [index, times] of other.#positive) addTo(this.#positive, index, times)
    for (const [index, times] of other.#negative) addTo(this.#negative, index, times)
    this.#zeros += other.#zeros
    this.#count += other.#count
    this.#bound()
  }

  /** The value at `share` (0 to 1) of the count, by rank; null of an empty sketch. */
  quantile(share: number): number | null {
    if (this.#count === 0) return null
    let rank = share * (this.#count - 1)
    for (const [index, times] of sorted(this.#negative).reverse()) {
      rank -= times
      if (rank < 0) return -this.#valueOf(index)
    }
    rank -= this.#zeros
    if (rank < 0) return 0
    const bins = sorted(this.#positive)
    for (const [index, times] of bins) {
      rank -= times
      if (rank < 0) return this.#valueOf(index)
    }
    const last = bins.at(-1)
    return last === undefined ? 0 : this.#valueOf(last[0])
  }

  /** The value whose relative distance to both ends of its bin is `accuracy`. */
  #valueOf(index: number): number {
    return Math.exp(index * this.#logGamma) * (1 - this.accuracy)
  }

  #bound(): void {
    for (const bins of [this.#positive, this.#negative]) {
      if (bins.size <= this.#maxBins) continue
      const [[low, times] = [0, 0], [next] = [0]] = sorted(bins)
      bins.delete(low)
      addTo(bins, next, times)
    }
  }

  /** All that it holds, by bins in order. */
  bins(): SketchBins {
    const [positive, negative] = [sorted(this.#positive), sorted(this.#negative)]
    return { zeros: this.#zeros, positive, negative }
  }

  save(): Saved {
    const { zeros, positive, negative } = this.bins()
    return { accuracy: this.accuracy, zeros, positive: [...positive], negative: [...negative] }
  }

  static load(saved: Saved, maxBins = 2048): QuantileSketch {
    const { accuracy, zeros, positive, negative } = recordOf(saved)
    const sketch = new QuantileSketch(loadNumber(accuracy), maxBins)
    sketch.#zeros = loadNumber(zeros)
    sketch.#count = sketch.#zeros
    for (const [bins, list] of [
      [sketch.#positive, positive],
      [sketch.#negative, negative],
    ] as const) {
      for (const one of Array.isArray(list) ? list : []) {
        bins.set(Number(one[0]), Number(one[1]))
        sketch.#count += Number(one[1])
      }
    }
    return sketch
  }
}

const addTo = (bins: Map<number, number>, index: number, times: number): void => {
  bins.set(index, (bins.get(index) ?? 0) + times)
}
const sorted = (bins: ReadonlyMap<number, number>): [number, number][] =>
  [...bins].sort(([a], [b]) => a - b)
