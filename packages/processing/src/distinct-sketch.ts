import { listOf, type Saved } from './observation.ts'

/** 2^12 registers: the standard error is 1.04 / sqrt(4096) = 1.6 %. */
const bits = 12
const registers = 2 ** bits

/**
 * How many different texts there were, in 4 KB: HyperLogLog (Flajolet, Fusy, Gandouet, Meunier 2007)
 * with a 64-bit hash, and linear counting while there are few.
 */
export class DistinctSketch {
  readonly #ranks = new Uint8Array(registers)

  static readonly standardError = 1.04 / Math.sqrt(registers)

  add(text: string): void {
    const [high, low] = hash64(text)
    const register = high >>> (32 - bits)
    // The zeros in front of what is left, counted over both words.
    const rest = (high << bits) >>> 0
    const zeros = rest === 0 ? 32 - bits + Math.clz32(low) : Math.clz32(rest)
    this.#ranks[register] = Math.max(this.#ranks[register] ?? 0, zeros + 1)
  }

  merge(other: DistinctSketch): void {
    other.#ranks.forEach((rank, i) => {
      if (rank > (this.#ranks[i] ?? 0)) this.#ranks[i] = rank
    })
  }

  estimate(): number {
    let [sum, empty] = [0, 0]
    for (const rank of this.#ranks) {
      sum += 2 ** -rank
      if (rank === 0) empty++
    }
    const raw = ((0.7213 / (1 + 1.079 / registers)) * registers ** 2) / sum
    return raw <= 2.5 * registers && empty > 0 ? registers * Math.log(registers / empty) : raw
  }

  save(): Saved {
    return [...this.#ranks]
  }

  static load(saved: Saved): DistinctSketch {
    const sketch = new DistinctSketch()
    listOf(saved).forEach((rank, i) => {
      sketch.#ranks[i] = Number(rank)
    })
    return sketch
  }
}

/** Two words of FNV-1a with different starts, each mixed as MurmurHash3 ends. */
function hash64(text: string): [high: number, low: number] {
  let [a, b] = [0x811c9dc5, 0x01234567]
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit, 0x5bd1e995) ^ (b >>> 15)
  }
  return [mixed(a ^ Math.imul(b, 0x9e3779b1)), mixed(b)]
}

function mixed(word: number): number {
  let x = word ^ (word >>> 16)
  x = Math.imul(x, 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}
