import { type Micros, type Quality, qualityOf, type Sample, sameValue } from '@mla/model'

/** Which samples of a point go on; null where a filter is not wanted. */
export interface FilterRules {
  readonly unchanged: UnchangedRules | null
  readonly status: StatusRules | null
  readonly window: PassWindow | null
}

export interface UnchangedRules {
  /** How far a number may move from the last one that went on and still be the same. */
  readonly band: Band
  /** An unchanged value goes on after so long all the same; null never. */
  readonly maxSilence: Micros | null
}

/** `percent` is of the last value that went on; a part of the point's range is `absolute`. */
export type Band =
  | { readonly kind: 'exact' }
  | { readonly kind: 'absolute' | 'percent'; readonly value: number }

/** A code of `keep` goes on and one of `drop` does not, whatever is said of its class. */
export interface StatusRules {
  readonly drop: readonly (Quality | number)[]
  readonly keep: readonly (Quality | number)[]
}

/** Numbers between low and high, both included, are the ones that go on, or the ones that do not. */
export interface PassWindow {
  readonly low: number
  readonly high: number
  readonly keep: 'inside' | 'outside'
}

export const suppressions = ['unchanged', 'status', 'pass window'] as const
export type Suppression = (typeof suppressions)[number]

/** A status without the bits that tell of one notification only (limits, overflow). */
const codeOf = (status: number): number => (status & 0xffff0000) >>> 0

/**
 * Decides for one point, sample by sample in the order they came, whether each goes on. It runs
 * for every value of every source: it makes no objects and looks at no more than it must.
 *
 * What is unchanged is measured from the last value that went on, so that a slow drift is not
 * swallowed. Silence is measured by the collector's clock, which no device can set.
 */
export class SampleFilter {
  readonly #status: StatusRules | null
  readonly #window: PassWindow | null
  readonly #unchanged: UnchangedRules | null
  readonly #share: number
  readonly #absolute: number
  /** The last that went on; null at the start and after a gap, when everything goes on. */
  #last: Sample | null = null
  /** The last that came and differed from it by nothing that counts. */
  #seen: Sample | null = null
  #silentUntil = Number.POSITIVE_INFINITY

  constructor({ unchanged, status, window }: FilterRules) {
    this.#unchanged = unchanged
    this.#status = status
    this.#window = window
    const { band } = unchanged ?? { band: { kind: 'exact' } as const }
    this.#share = band.kind === 'percent' ? band.value / 100 : 0
    this.#absolute = band.kind === 'absolute' ? band.value : 0
  }

  /** Null for a sample that goes on, else why it does not. */
  admit(sample: Sample): Suppression | null {
    const last = this.#last
    if (last !== null) {
      if (this.#status !== null && isDropped(this.#status, sample.status)) return 'status'
      if (this.#window !== null && isShut(this.#window, sample)) return 'pass window'
      if (
        this.#unchanged !== null &&
        !this.isDue(sample.collectedTime) &&
        this.#isSame(last, sample)
      ) {
        this.#seen = sample
        return 'unchanged'
      }
    }
    this.#passed(sample)
    return null
  }

  /** A gap began: what comes next goes on, whatever it is. */
  forget(): void {
    this.#last = null
    this.#seen = null
    this.#silentUntil = Number.POSITIVE_INFINITY
  }

  /** Whether the point has been silent for as long as it may be. */
  isDue(now: Micros): boolean {
    return now >= this.#silentUntil
  }

  /**
   * The value in force, to be sent again because a server says nothing while a value stays: without
   * the stamps of old, at the time of now. Null where there is none.
   */
  repeat(now: Micros): Sample | null {
    const known = this.#seen ?? this.#last
    if (known === null) return null
    const again = { ...known, sourceTime: null, serverTime: null, collectedTime: now }
    this.#passed(again)
    return again
  }

  #passed(sample: Sample): void {
    this.#last = sample
    this.#seen = null
    const silence = this.#unchanged?.maxSilence ?? null
    this.#silentUntil = silence === null ? Number.POSITIVE_INFINITY : sample.collectedTime + silence
  }

  #isSame(last: Sample, sample: Sample): boolean {
    if (last.status !== sample.status || last.type !== sample.type) return false
    const [a, b] = [last.value, sample.value]
    if (typeof a !== 'number' || typeof b !== 'number') return sameValue(a, b)
    if (a === b) return a !== 0 || Object.is(a, b)
    const band = this.#share > 0 ? Math.abs(a) * this.#share : this.#absolute
    const distance = Math.abs(a - b)
    // A share of an infinite value would hold every number; NaN is unchanged only beside itself.
    return (distance <= band && distance < Number.POSITIVE_INFINITY) || Object.is(a, b)
  }
}

function isDropped({ drop, keep }: StatusRules, status: number): boolean {
  const code = codeOf(status)
  if (keep.includes(code)) return false
  if (drop.includes(code)) return true
  const quality = qualityOf(status)
  return drop.includes(quality) && !keep.includes(quality)
}

/** What is no number, or BAD, is not judged by its value. */
function isShut({ low, high, keep }: PassWindow, { value, status }: Sample): boolean {
  if (typeof value !== 'number' && typeof value !== 'bigint') return false
  if (qualityOf(status) === 'BAD') return false
  return (value >= low && value <= high) !== (keep === 'inside')
}
