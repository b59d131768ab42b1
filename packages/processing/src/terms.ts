import { ExpressionFault } from '@mla/expression'
import type { Plain } from './observation.ts'
import { conversion, describeUnit, plainUnit, type Unit } from './units.ts'

export type TermType = 'number' | 'boolean' | 'text'

/** A part of an expression, its type and unit known; it answers null for "not known". */
export interface Term {
  readonly type: TermType
  readonly unit: Unit
  readonly at: number
  /** A number that is written down takes the unit of what it stands beside. */
  readonly constant: Plain
  evaluate(): Plain
}

export const term = (
  type: TermType,
  at: number,
  evaluate: () => Plain,
  unit: Unit = plainUnit,
  constant: Plain = null,
): Term => ({ type, at, evaluate, unit, constant })

export function wanted(one: Term, type: TermType): Term {
  if (one.type === type) return one
  throw new ExpressionFault(`a ${type} is expected here, and this is a ${one.type}`, one.at)
}

/** A term as a number in a unit; throws where it measures something else. */
export function inUnit(one: Term, unit: Unit): () => number | null {
  wanted(one, 'number')
  const number = () => {
    const value = one.evaluate()
    return typeof value === 'number' ? value : null
  }
  if (one.constant !== null) return number
  const factor = conversion(one.unit, unit)
  if (factor === null) {
    const units = `${describeUnit(one.unit)} and ${describeUnit(unit)}`
    throw new ExpressionFault(`${units} do not measure the same`, one.at)
  }
  if (factor === 1) return number
  return () => {
    const value = number()
    return value === null ? null : value * factor
  }
}

/** The unit that several terms are brought to: that of the first which is no written number. */
export const commonUnit = (terms: readonly Term[]): Unit =>
  terms.find(({ constant }) => constant === null)?.unit ?? plainUnit
