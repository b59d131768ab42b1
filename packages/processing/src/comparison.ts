import { type Micros, microsPerSecond, qualityOf } from '@mla/model'
import {
  badNoData,
  loadObservation,
  type Observation,
  type Plain,
  recordOf,
  type Saved,
  saveObservation,
  usable,
} from './observation.ts'
import { createOnChange } from './on-change.ts'
import type { Operator } from './operator.ts'

/** When a boolean point is true. */
export type Condition =
  /** From beyond `limit` on, until the value is beyond `clear` on the other side. */
  | {
      readonly kind: 'threshold'
      readonly when: 'above' | 'below'
      readonly limit: number
      readonly clear: number
    }
  | {
      readonly kind: 'range'
      readonly low: number
      readonly high: number
      readonly when: 'inside' | 'outside'
    }
  | { readonly kind: 'equals'; readonly values: readonly Plain[] }
  /** The bits of `mask` are as in `value`. */
  | { readonly kind: 'bits'; readonly mask: number; readonly value: number }
  /** The change per second since the observation before. */
  | {
      readonly kind: 'rate'
      readonly when: 'rising' | 'falling' | 'either'
      readonly limit: number
    }
  /** Of two points: the first minus the second (or without sign), as a threshold. */
  | {
      readonly kind: 'difference'
      readonly isSigned: boolean
      readonly limit: number
      readonly clear: number
    }

export interface ComparisonRules {
  readonly kind: 'comparison'
  readonly condition: Condition
  /** What stays the same is said again after so long. */
  readonly maxSilence: Micros
}

/**
 * A boolean point. It is not known (null) while its input is BAD or no number, with the status of
 * the input; where the input is UNCERTAIN, so is the answer. Hysteresis goes on behind such a time.
 */
export function createComparison({ condition, maxSilence }: ComparisonRules): Operator {
  const output = createOnChange(maxSilence)
  const inputs: (Observation | undefined)[] =
    condition.kind === 'difference' ? [undefined, undefined] : [undefined]
  let isTrue = false
  /** The last that a rate can be taken from. */
  let before: Observation | null = null

  function judge(): boolean | null {
    const [first, second] = inputs
    if (first === undefined) return null
    const { kind } = condition
    if (kind === 'equals') {
      if (qualityOf(first.status) === 'BAD' || first.value === null) return null
      return condition.values.some((value) => value === first.value)
    }
    const value = usable(first)
    if (value === null) return null
    if (kind === 'threshold') {
      return condition.when === 'above'
        ? beyond(value, condition.limit, condition.clear, isTrue)
        : beyond(-value, -condition.limit, -condition.clear, isTrue)
    }
    if (kind === 'range') {
      return (value >= condition.low && value <= condition.high) === (condition.when === 'inside')
    }
    if (kind === 'bits') {
      const bits = bitsOf(value, condition.mask)
      return bits === null ? null : bits === condition.value
    }
    if (kind === 'difference') {
      const other = second === undefined ? null : usable(second)
      if (other === null) return null
      const distance = condition.isSigned ? value - other : Math.abs(value - other)
      return beyond(distance, condition.limit, condition.clear, isTrue)
    }
    return rateJudged(first, value, condition)
  }

  function rateJudged(
    now: Observation,
    value: number,
    { when, limit }: Extract<Condition, { kind: 'rate' }>,
  ): boolean | null {
    const last = before
    before = now
    const known = last && usable(last)
    if (last === null || known === null || now.time <= last.time) return null
    const rate = (value - known) / ((now.time - last.time) / microsPerSecond)
    if (when === 'rising') return rate > limit
    return when === 'falling' ? rate < -limit : Math.abs(rate) > limit
  }

  return {
    take(input, observation) {
      inputs[input] = observation
    },
    settle(time, emit) {
      const verdict = judge()
      if (verdict !== null) isTrue = verdict
      output.tell(time, verdict, statusOf(verdict, inputs), emit)
    },
    advance() {},
    save: () => ({
      isTrue,
      said: output.save(),
      before: before && saveObservation(before),
      inputs: inputs.map((one) => (one ? saveObservation(one) : null)),
    }),
    load(saved: Saved | undefined) {
      const state = recordOf(saved)
      isTrue = state['isTrue'] === true
      output.load(state['said'])
      before = state['before'] ? loadObservation(state['before']) : null
      const known = state['inputs']
      inputs.forEach((_, i) => {
        const one = Array.isArray(known) ? known[i] : null
        inputs[i] = one ? loadObservation(one) : undefined
      })
    },
  }
}

const beyond = (value: number, limit: number, clear: number, was: boolean): boolean =>
  value > limit || (was && value >= clear)

/** Of whole numbers up to 2^53, which the 32 bits of `&` do not hold; beyond, bits are not known. */
const bitsOf = (value: number, mask: number): number | null =>
  Number.isSafeInteger(value) ? Number(BigInt.asUintN(64, BigInt(value)) & BigInt(mask)) : null

/** The worst that is said of the inputs; unknown is never GOOD. */
export function statusOf(result: Plain, inputs: readonly (Observation | undefined)[]): number {
  let [uncertain, bad] = [0, badNoData]
  for (const one of inputs) {
    const quality = one === undefined ? 'BAD' : qualityOf(one.status)
    if (quality === 'BAD' && one !== undefined) bad = one.status
    else if (quality === 'UNCERTAIN' && one !== undefined) uncertain = one.status
  }
  return result === null ? bad : uncertain
}
