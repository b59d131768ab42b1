import { ExpressionFault } from '@mla/expression'
import type { Micros } from '@mla/model'
import { type IasType, isActive, isAlarm, isNumeric, numberOf } from '../iasio.ts'
import type { Input, State } from '../transfer-function.ts'

export type TermType = 'number' | 'boolean' | 'text'
/** Null is "not known": a value that has not come or is not a number. */
export type TermValue = number | boolean | string | null

export interface Term {
  readonly type: TermType
  readonly at: number
  evaluate(): TermValue
  /** The index of the input that it is, for functions about inputs. */
  readonly input?: number
  readonly constant?: number | boolean | string
}

/** What a value of this type is in an expression: an alarm is whether it is set. */
export function termTypeOf(type: IasType): TermType | null {
  if (isNumeric(type) || type === 'TIMESTAMP') return 'number'
  if (type === 'BOOLEAN' || type === 'ALARM') return 'boolean'
  return type === 'STRING' || type === 'CHAR' ? 'text' : null
}

export function inputTerm(index: number, type: TermType, at: number, context: Context): Term {
  return {
    ...{ type, at, input: index },
    evaluate() {
      const value = context.inputs[index]?.value ?? null
      if (value === null) return null
      if (type === 'text') return String(value)
      if (type === 'boolean') return isAlarm(value) || value === true ? isActive(value) : false
      const number = numberOf(value)
      return Number.isNaN(number) ? null : number
    },
  }
}

/** What the terms of one expression share while it is evaluated. */
export interface Context {
  inputs: readonly Input[]
  now: Micros
  /** When the outcome may change by time alone. */
  due: Micros
}

/** Keeps something from one evaluation to the next. */
export interface Memory {
  save(): State
  load(state: State): void
}

export interface Compilation {
  readonly context: Context
  readonly memories: Memory[]
  /** The index and type of an input by the name that the expression uses. */
  input(name: string, at: number): { readonly index: number; readonly type: TermType }
  needs: { validity: boolean; everyValue: boolean; missing: boolean }
}

export function wanted(term: Term, type: TermType): Term {
  if (term.type === type) return term
  throw new ExpressionFault(`a ${type} is expected here, and this is a ${term.type}`, term.at)
}
