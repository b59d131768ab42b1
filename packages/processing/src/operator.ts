import type { Micros } from '@mla/model'
import type { Observation, Plain, Saved } from './observation.ts'

export type Emit = (time: Micros, value: Plain, status: number) => void

/** A function of observations that come in order of time, over all its inputs. */
export interface Operator {
  take(input: number, observation: Observation, emit: Emit): void
  /** Everything of this time has been taken. */
  settle(time: Micros, emit: Emit): void
  /** Nothing earlier than `to` comes any more. */
  advance(to: Micros, emit: Emit): void
  /** What no later output is earlier than; without it, what it was advanced to. */
  earliest?(): Micros
  /** Everything that is needed to go on, as JSON can hold it. */
  save(): Saved
  load(saved: Saved | undefined): void
}
