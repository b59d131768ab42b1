import type { Micros } from '@mla/model'
import type { AsceState, Stopwatch, TimeLimits } from './asce.ts'
import type { DasuRules } from './dasu-rules.ts'
import type { Emission } from './emission.ts'
import type { Iasio, IasValue } from './iasio.ts'
import type { Action, Outcome } from './operator.ts'
import type { DasuSnapshot } from './snapshot.ts'

/** What comes in: an IASIO of the BSDB, or as much of it as counts here. */
export type Received = Pick<
  Iasio,
  'value' | 'mode' | 'validity' | 'properties' | 'fullRunningId'
> & {
  readonly production: Micros
}

/**
 * A DASU at work. It has no clock: whoever runs it says what time it is, never going back, and calls
 * `run` when `due` has come. The same calls give the same outputs, so what was read from a log
 * once can be read again by a successor.
 *
 * No change of an input is covered by a later one before the ASCEs have seen it, however short it
 * was; what several changes within the throttle made is sent once, as it then is.
 */
export interface Dasu {
  readonly id: string
  readonly rules: DasuRules
  /** The identifiers that it wants to receive. */
  readonly inputs: readonly string[]
  /** The number of an input for `accept`; -1 for what it does not want. */
  indexOf(id: string): number
  accept(index: number, received: Received, now: Micros): void
  /** When `run` is to be called next; infinite when never, minus infinity for at once. */
  readonly due: Micros
  /** Evaluates what is due and answers what is to be sent. */
  run(now: Micros): readonly Emission[]
  /** What an operator does to one of its alarms; what follows from it is sent by the next run. */
  act(id: string, action: Action, now: Micros): Outcome
  readonly counts: DasuCounts
  /** How each ASCE is, and what it last worked with. */
  describe(now: Micros): readonly AsceDescription[]
  snapshot(): DasuSnapshot
}

export interface DasuCounts {
  readonly evaluations: number
  /** Values older than the one that was there. */
  readonly outdated: number
  /** Values that claimed to be of the future: taken as of now. */
  readonly fromFuture: number
}

export interface AsceDescription {
  readonly id: string
  readonly transferFunction: string
  readonly properties: Readonly<Record<string, string>>
  readonly state: AsceState
  readonly fault: string | null
  readonly inputs: readonly ValueDescription[]
  readonly output: ValueDescription
}

export interface ValueDescription {
  readonly id: string
  readonly value: IasValue | null
  readonly mode: string
  readonly time: Micros
  readonly isReliable: boolean
}

export interface DasuParts {
  /** Measures how long evaluations take; without one, none is ever slow. */
  readonly stopwatch?: Stopwatch
  readonly limits?: TimeLimits
  /** Where a predecessor left off. */
  readonly snapshot?: DasuSnapshot
}
