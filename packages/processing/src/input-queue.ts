import type { Micros } from '@mla/model'
import {
  isCopy,
  listOf,
  loadNumber,
  loadObservation,
  type Observation,
  recordOf,
  type Saved,
  saveObservation,
  savePlain,
} from './observation.ts'

/** How long a point may say nothing before the clock of its lane speaks for it. */
const quietMicros = 30_000_000
/** More observations than these wait for no function; the oldest are then taken as they are. */
const mostWaiting = 100_000

/**
 * Brings the observations of one input in order: each waits until nothing earlier is expected, and
 * is known when it comes twice. What comes later than its allowance is left out and counted.
 *
 * Earlier ones are expected as long as the input's own newest observation is not `allowance`
 * later; of an input that is silent the clock of its lane tells. Both are read from the log, and so
 * a replay lets the same observations through.
 */
export class InputQueue {
  readonly #allowance: Micros
  readonly #quiet: Micros
  #waiting: Observation[] = []
  #newest = Number.NEGATIVE_INFINITY
  /** The last that was taken out: what comes at its time again may be a copy of it. */
  #last: Observation | null = null
  /** Nothing earlier than this is let in. */
  #floor = Number.NEGATIVE_INFINITY
  late = 0
  copies = 0

  constructor(allowance: Micros, quiet = quietMicros) {
    this.#allowance = allowance
    this.#quiet = quiet
  }

  /** `heard` is when it was collected: a device whose clock is ahead does not hurry the others. */
  add(observation: Observation, heard: Micros): void {
    const { time } = observation
    if (time < this.#floor) {
      this.late++
      return
    }
    if (!this.#insert(observation)) return
    this.#newest = Math.max(this.#newest, Math.min(time, heard))
    if (this.#waiting.length > mostWaiting) {
      this.#floor = Math.max(this.#floor, this.#waiting[0]?.time ?? 0)
    }
  }

  /** Nothing earlier than the time returned is let in any more. */
  horizon(laneClock: Micros): Micros {
    const expected = Math.max(this.#newest, laneClock - this.#quiet) - this.#allowance
    this.#floor = Math.max(this.#floor, expected)
    return this.#floor
  }

  /** The time of the first that waits; infinite where none does. */
  get first(): Micros {
    return this.#waiting[0]?.time ?? Number.POSITIVE_INFINITY
  }

  /** Takes out, in order, those that are earlier than `to`. */
  release(to: Micros): readonly Observation[] {
    if (this.first >= to) return none
    const end = this.#waiting.findIndex(({ time }) => time >= to)
    const released = end < 0 ? this.#waiting : this.#waiting.slice(0, end)
    this.#waiting = end < 0 ? [] : this.#waiting.slice(end)
    this.#last = released.at(-1) ?? null
    return released
  }

  #insert(observation: Observation): boolean {
    const waiting = this.#waiting
    if (this.#last !== null && isCopy(this.#last, observation)) {
      this.copies++
      return false
    }
    let at = waiting.length
    while (at > 0 && (waiting[at - 1]?.time ?? 0) > observation.time) at--
    for (let i = at - 1; i >= 0 && waiting[i]?.time === observation.time; i--) {
      if (!isCopy(waiting[i] as Observation, observation)) continue
      this.copies++
      return false
    }
    if (at === waiting.length) waiting.push(observation)
    else waiting.splice(at, 0, observation)
    return true
  }

  save(): Saved {
    return {
      waiting: this.#waiting.map(saveObservation),
      last: this.#last && saveObservation(this.#last),
      newest: savePlain(this.#newest),
      floor: savePlain(this.#floor),
    }
  }

  load(saved: Saved | undefined): void {
    const { waiting, last, newest, floor } = recordOf(saved)
    this.#waiting = listOf(waiting).map(loadObservation)
    this.#last = last ? loadObservation(last) : null
    this.#newest = loadNumber(newest)
    this.#floor = loadNumber(floor)
  }
}

const none: readonly Observation[] = []
