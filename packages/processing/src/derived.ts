import { ExpressionFault, parseExpression } from '@mla/expression'
import { type Micros, type PointId, scalarTypeOf, type ValueType } from '@mla/model'
import { type ComparisonRules, createComparison } from './comparison.ts'
import { compileFormula, createFormula, type FormulaOutput, type FormulaRules } from './formula.ts'
import { namesIn } from './names.ts'
import type { Operator } from './operator.ts'
import { createRegular, type RegularRules } from './regular.ts'
import { createWindow, type WindowRules } from './window.ts'

/** How a point is made of others. */
export interface DerivedRules {
  readonly inputs: readonly PointId[]
  /** How late a sample may come and still count. */
  readonly allowance: Micros
  readonly make: WindowRules | ComparisonRules | FormulaRules | RegularRules
}

/** What an expression needs to know of a point that it reads. */
export interface InputDescription {
  readonly id: PointId
  readonly type: FormulaOutput['type']
  readonly unit: string | null
}

/** A value of this type in an expression; null where it has no place there. */
export function plainTypeOf(type: ValueType): FormulaOutput['type'] | null {
  if (type.endsWith('[]')) return null
  const scalar = scalarTypeOf(type)
  if (scalar === 'boolean') return 'boolean'
  if (scalar === 'string') return 'text'
  return scalar === 'bytes' || scalar === 'datetime' ? null : 'number'
}

export interface DerivedPoint {
  readonly id: PointId
  readonly type: ValueType
  readonly unit: string | null
  readonly rules: DerivedRules
}

/** Throws ExpressionFault where an expression means nothing; the CDB has found that before. */
export function createOperator(
  { type, unit, rules: { make } }: DerivedPoint,
  inputs: readonly InputDescription[],
): Operator {
  switch (make.kind) {
    case 'window':
      return createWindow(make)
    case 'comparison':
      return createComparison(make)
    case 'resample':
      return createRegular(make)
    case 'expression':
      return createFormula(make, inputs, { type: plainTypeOf(type) ?? 'number', unit })
  }
}

export { namesIn }

/** What is wrong with an expression, and at which character; null where it is good. */
export function problemOfExpression(
  source: string,
  inputs: readonly InputDescription[],
  names: ReadonlyMap<string, PointId>,
  output: FormulaOutput,
): { readonly at: number; readonly message: string } | null {
  try {
    compileFormula(source, inputs, names, output, () => undefined)
    return null
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error
    return { at: error.at, message: error.message }
  }
}

/** The names that an expression uses, or what is wrong with it. */
export function readNames(
  source: string,
): { readonly names: readonly string[] } | { readonly at: number; readonly message: string } {
  try {
    return { names: namesIn(parseExpression(source)) }
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error
    return { at: error.at, message: error.message }
  }
}
