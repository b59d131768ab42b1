import type { Micros } from '@mla/model'
import { type Alarm, type AlarmPriority, clear, initialAlarm, raise } from './alarm-state.ts'
import type { ReadyAsce } from './dasu-check.ts'
import { type IasValue, isAlarm, sameIasValue, sameProperties } from './iasio.ts'
import type { Slot } from './slot.ts'
import { type Evaluator, never, type Output } from './transfer-function.ts'

/** IAS's states of an ASCE. A broken one is not evaluated any more; its output is unreliable. */
export const asceStates = ['INITIALIZING', 'INPUTS_UNDEFINED', 'HEALTHY', 'SLOW', 'BROKEN'] as const
export type AsceState = (typeof asceStates)[number]

/** How long an evaluation may take, and for how long it may take longer. */
export interface TimeLimits {
  readonly slowAfter: Micros
  readonly brokenAfter: Micros
}

export const defaultTimeLimits: TimeLimits = { slowAfter: 500_000, brokenAfter: 5_000_000 }

/** What an evaluation did to the output. */
export const unchanged = 0
export const revalidated = 1
export const changed = 2

/** The running ASCE: its transfer function, its slots, and the output that it writes. */
export interface Asce extends Output {
  readonly ready: ReadyAsce
  readonly evaluator: Evaluator
  readonly inputs: readonly Slot[]
  readonly slot: Slot
  state: AsceState
  /** Why it is broken, or why its output is held. */
  fault: string | null
  slowSince: Micros | null
  next: IasValue | null
  isHeld: boolean
}

export function createAsce(ready: ReadyAsce, inputs: readonly Slot[], slot: Slot): Asce {
  const { policy } = ready.options
  return {
    ...{ ready, evaluator: ready.evaluator, inputs, slot, type: slot.type },
    ...{ state: 'INITIALIZING', fault: null, slowSince: null, next: null, isHeld: false },
    ...{ isSet: false, value: null, mode: 'UNKNOWN', properties: slot.properties },
    ...{ reading: Number.NaN, reliableFrom: null, due: never },
    set(condition: boolean, priority: AlarmPriority) {
      const alarm: Alarm = isAlarm(this.next) ? this.next : initialAlarm(priority)
      this.next = condition ? raise(alarm, priority, policy) : clear(alarm, policy)
    },
    put(value: IasValue) {
      this.next = value
    },
    hold(reason: string) {
      this.isHeld = true
      this.fault = reason
    },
  }
}

/** How long an evaluation took is measured from outside: the core has no clock. */
export type Stopwatch = () => Micros

export interface AsceParts {
  readonly stopwatch: Stopwatch | null
  readonly limits: TimeLimits
}

/** Evaluates, writes the output's slot, and says what became of it. */
export function evaluateAsce(asce: Asce, now: Micros, { stopwatch, limits }: AsceParts): number {
  const { inputs, slot, evaluator } = asce
  if (asce.state === 'BROKEN') return unchanged
  if (!evaluator.acceptsMissing) {
    for (const input of inputs) {
      if (input.value !== null) continue
      asce.state = 'INPUTS_UNDEFINED'
      return unchanged
    }
  }
  const output: { isSet: boolean; value: IasValue | null } = asce
  output.isSet = isAlarm(slot.value) && slot.value.isSet
  output.value = slot.value
  asce.next = slot.value
  asce.mode = slot.mode
  asce.properties = slot.properties
  asce.reliableFrom = null
  asce.due = never
  asce.isHeld = false
  asce.fault = null
  const started = stopwatch === null ? 0 : stopwatch()
  try {
    evaluator.evaluate(inputs, asce, now)
    asce.state = stopwatch === null ? 'HEALTHY' : timed(asce, stopwatch() - started, now, limits)
  } catch (error) {
    fail(asce, error instanceof Error ? error.message : String(error))
  }
  if (isBroken(asce)) {
    asce.due = never
    return loseReliability(slot)
  }
  return write(asce, now)
}

const isBroken = (asce: Asce): boolean => asce.state === 'BROKEN'

function write(asce: Asce, now: Micros): number {
  const { slot, next } = asce
  const wasReliable = now <= slot.reliableUntil
  const before = slot.reliableUntil
  const isChanged =
    !sameIasValue(next, slot.value) ||
    asce.mode !== slot.mode ||
    !sameProperties(asce.properties, slot.properties)
  slot.value = next
  slot.mode = asce.mode
  slot.properties = asce.properties
  slot.time = now
  slot.reliableUntil = reliabilityOf(asce)
  if (isChanged || wasReliable !== now <= slot.reliableUntil) return changed
  return before === slot.reliableUntil ? unchanged : revalidated
}

/** A value is as reliable as the least reliable input that it was made from. */
export function reliabilityOf({ inputs, reliableFrom, isHeld, state }: Asce): Micros {
  if (isHeld || state === 'BROKEN') return -never
  let until = never
  if (reliableFrom === null) {
    for (const input of inputs) if (input.reliableUntil < until) until = input.reliableUntil
    return until
  }
  for (const i of reliableFrom) {
    // A function that names an input it does not have is wrong about its validity.
    const reliable = inputs[i]?.reliableUntil ?? -never
    if (reliable < until) until = reliable
  }
  return until
}

function loseReliability(slot: Slot): number {
  if (slot.reliableUntil === -never) return unchanged
  slot.reliableUntil = -never
  return changed
}

function fail(asce: Asce, reason: string): void {
  asce.state = 'BROKEN'
  asce.fault = reason.slice(0, 500)
}

function timed(asce: Asce, took: Micros, now: Micros, limits: TimeLimits): AsceState {
  if (took <= limits.slowAfter) {
    asce.slowSince = null
    return 'HEALTHY'
  }
  asce.slowSince ??= now
  if (now - asce.slowSince <= limits.brokenAfter) return 'SLOW'
  asce.fault = `too slow for too long: ${took / 1000} ms`
  return 'BROKEN'
}
