import type { Micros } from '@mla/model'
import type { AlarmPriority } from './alarm-state.ts'
import type { IasType, IasValue, Mode, Properties } from './iasio.ts'
import type { PropertyReader } from './property-reader.ts'

/** One input as a transfer function sees it while it evaluates; the object is used again and again. */
export interface Input {
  readonly id: string
  readonly type: IasType
  /** Null only before its first value, for functions that do without. */
  readonly value: IasValue | null
  readonly mode: Mode
  readonly properties: Properties
  /** When it was made or confirmed; 0 before its first value. */
  readonly time: Micros
  /** Until when it is reliable, by its source and by its age, if nothing new comes. */
  readonly reliableUntil: Micros
}

/** Where a transfer function writes what it found. What it does not write stays as it was. */
export interface Output {
  readonly type: IasType
  /** Whether the alarm was set before this evaluation. */
  readonly isSet: boolean
  readonly value: IasValue | null
  mode: Mode
  properties: Properties
  /** A measured value that goes along as the property of this name, and alone is no change. */
  reading: number
  /** The inputs that its validity goes by; null for all, none for "always reliable". */
  reliableFrom: readonly number[] | null
  /** When to evaluate again though no input has changed. */
  due: Micros
  /** For an alarm: whether its condition holds, and how urgent it is then. */
  set(condition: boolean, priority: AlarmPriority): void
  /** For a synthetic parameter. */
  put(value: IasValue): void
  /** The inputs say nothing that can be used: the output stays as it was, and is unreliable. */
  hold(reason: string): void
}

/** What an evaluator keeps from one evaluation to the next, as JSON. */
export type State = { readonly [name: string]: StateValue }
export type StateValue = null | boolean | number | string | readonly StateValue[] | State

/** A transfer function with its configuration, for one ASCE. */
export interface Evaluator {
  /** Evaluated when an input's validity changes, too. */
  readonly watchesValidity?: boolean
  /** Evaluated for every value that comes, also for the same one again. */
  readonly everyValue?: boolean
  /** Evaluated though some inputs have not come yet. */
  readonly acceptsMissing?: boolean
  /** The name of the property that carries `output.reading`. */
  readonly readingName?: string
  /** The reading is written as an integer, which Python keeps apart from a double. */
  readonly isReadingWhole?: boolean
  evaluate(inputs: readonly Input[], output: Output, now: Micros): void
  save?(): State
  load?(state: State): void
}

export interface Setup {
  readonly inputs: readonly { readonly id: string; readonly type: IasType }[]
  readonly output: { readonly id: string; readonly type: IasType }
  readonly properties: PropertyReader
}

/** A family of evaluators. To add one: its file, its test cases, one line in `functions.ts`. */
export interface TransferFunction {
  readonly summary: string
  /** The classes of IAS that it stands for. */
  readonly iasClasses: readonly string[]
  /** Checks the configuration; what is wrong goes to `properties.problem`, all of it. */
  create(setup: Setup): Evaluator
}

export const isReliable = (input: Input, now: Micros): boolean => now <= input.reliableUntil

/** When the first of the inputs that are reliable ceases to be: the moment to look again. */
export function nextExpiry(inputs: readonly Input[], now: Micros): Micros {
  let first = Number.POSITIVE_INFINITY
  for (const { reliableUntil } of inputs) {
    if (reliableUntil >= now && reliableUntil < first) first = reliableUntil
  }
  return first + 1
}

export const never = Number.POSITIVE_INFINITY
