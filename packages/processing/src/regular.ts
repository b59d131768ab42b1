import { gapMarker, type Micros, type Sample, type ValueType } from '@mla/model'
import {
  listOf,
  loadNumber,
  loadObservation,
  type Observation,
  type Plain,
  recordOf,
  saveObservation,
  savePlain,
} from './observation.ts'
import type { Emit, Operator } from './operator.ts'
import { type ResampleMethod, resample } from './resample.ts'

export interface RegularRules {
  readonly kind: 'resample'
  /** Steps lie at multiples of it, UTC: points with the same `every` share one time base. */
  readonly every: Micros
  readonly method: ResampleMethod
  readonly maxHold: Micros | null
}

/** How long LINEAR waits for the value behind a step, where no `maxHold` says it. */
const patience = 60_000_000
const mostAtOnce = 10_000

/** The regular series of a point, as a query over the same samples would give it. */
export function createRegular({ every, method, maxHold }: RegularRules): Operator {
  let samples: Sample[] = []
  let nextStep = Number.POSITIVE_INFINITY
  const isHeld = method === 'LAST' || method === 'LINEAR'
  const wait = method === 'LINEAR' ? (maxHold ?? patience) : 0

  /** Whether all that the step is made of is here. */
  function isKnown(step: Micros, to: Micros): boolean {
    if (!isHeld) return step + every <= to
    if (step >= to) return false
    if (method === 'LAST' || step + wait < to) return true
    const last = samples.at(-1)
    return last !== undefined && timeIn(last) > step
  }
  function tell(step: Micros, emit: Emit): void {
    const hold = maxHold === null ? {} : { maxHold }
    const settings = { point: '', from: step, to: step + every, every, method, ...hold }
    // Only what matters to this step: what came before is gone but for the last.
    const [made] = resample(samples, settings)
    if (made) emit(step, made.value as Plain, made.status)
    const next = samples.findIndex((sample) => timeIn(sample) > step + every)
    const known = next < 0 ? samples.length : next
    if (known > 1) samples = samples.slice(known - 1)
  }

  return {
    take(_, observation) {
      if (nextStep === Number.POSITIVE_INFINITY) {
        const align = isHeld ? Math.ceil : Math.floor
        nextStep = align(observation.time / every) * every
      }
      samples.push(sampleOf(observation))
    },
    settle() {},
    advance(to, emit) {
      for (let n = 0; isKnown(nextStep, to); nextStep += every) {
        if (++n > mostAtOnce)
          nextStep = Math.max(nextStep, Math.floor((to - wait) / every - 1) * every)
        tell(nextStep, emit)
      }
    },
    earliest: () => nextStep,
    save: () => ({
      samples: samples.map((one) => saveObservation(observationIn(one))),
      nextStep: savePlain(nextStep),
    }),
    load(saved) {
      const state = recordOf(saved)
      samples = listOf(state['samples']).map((one) => sampleOf(loadObservation(one)))
      nextStep = loadNumber(state['nextStep'])
    },
  }
}

const typeOf = (value: Plain): ValueType =>
  typeof value === 'boolean' ? 'boolean' : typeof value === 'string' ? 'string' : 'double'

const sampleOf = ({ time, serverTime, value, status }: Observation): Sample => ({
  ...gapMarker('', typeOf(value), time),
  ...{ sourceTime: time, serverTime, value, status },
})

const timeIn = (sample: Sample): Micros => sample.sourceTime ?? sample.collectedTime

const observationIn = (sample: Sample): Observation => ({
  time: timeIn(sample),
  serverTime: sample.serverTime,
  value: sample.value as Plain,
  status: sample.status,
})
