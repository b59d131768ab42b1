import { calculate, ExpressionFault, type Node, order, type Sign } from '@mla/expression'
import { functions } from './functions.ts'
import type { Plain } from './observation.ts'
import { commonUnit, inUnit, type Term, term, wanted } from './terms.ts'
import { raised, times } from './units.ts'

/** Finds an input by the name that the expression uses; throws ExpressionFault. */
export type FindInput = (name: string, at: number) => Term

/** Makes functions of what was read; types and units are checked once, here. */
export function compile(node: Node, find: FindInput): Term {
  const { at } = node
  switch (node.kind) {
    case 'number':
    case 'boolean':
    case 'text': {
      const { value } = node
      const constant = node.kind === 'number' ? value : null
      return term(node.kind, at, () => value, undefined, constant)
    }
    case 'input':
      return find(node.name, at)
    case 'call': {
      const called = Object.hasOwn(functions, node.name) ? functions[node.name] : undefined
      if (!called) {
        const known = Object.keys(functions).join(', ')
        throw new ExpressionFault(`there is no function "${node.name}"; there are ${known}`, at)
      }
      return called(
        node.args.map((arg) => compile(arg, find)),
        at,
      )
    }
    case 'operation':
      return operation(
        node.sign,
        node.args.map((arg) => compile(arg, find)),
        at,
      )
  }
}

function operation(sign: Sign, args: readonly Term[], at: number): Term {
  const [left, right] = args
  if (!left) throw new ExpressionFault('an operand is missing', at)
  if (sign === 'negative') {
    const value = inUnit(left, left.unit)
    return term('number', at, () => negated(value()), left.unit, negated(left.constant))
  }
  if (sign === 'not') {
    const value = wanted(left, 'boolean')
    return term('boolean', at, () => inverted(value.evaluate()))
  }
  if (!right) throw new ExpressionFault('an operand is missing', at)
  if (sign === 'and' || sign === 'or') return logical(sign, left, right, at)
  if (sign === '==' || sign === '!=') return equality(sign, left, right, at)
  if (sign === '*' || sign === '/') {
    const unit = times(left.unit, right.unit, sign === '*' ? 1 : -1)
    return arithmetic(sign, inUnit(left, left.unit), inUnit(right, right.unit), at, unit)
  }
  if (sign === '^') return power(left, right, at)
  const unit = commonUnit([left, right])
  const [a, b] = [inUnit(left, unit), inUnit(right, unit)]
  const ordered = order[sign]
  if (!ordered) return arithmetic(sign, a, b, at, unit)
  return term('boolean', at, () => {
    const [x, y] = [a(), b()]
    return x === null || y === null ? null : ordered(x, y)
  })
}

const negated = (value: Plain): number | null => (typeof value === 'number' ? -value : null)
const inverted = (value: Plain): boolean | null => (value === null ? null : value !== true)

/** What is no finite number (a division by 0) is not known. */
function arithmetic(
  sign: Sign,
  a: () => number | null,
  b: () => number | null,
  at: number,
  unit: Term['unit'],
): Term {
  const result = calculate[sign] ?? (() => Number.NaN)
  const evaluate = () => {
    const [x, y] = [a(), b()]
    if (x === null || y === null) return null
    const value = result(x, y)
    return Number.isFinite(value) ? value : null
  }
  return term('number', at, evaluate, unit)
}

function power(left: Term, right: Term, at: number): Term {
  const hasUnit = Object.keys(left.unit.exponents).length > 0
  const exponent = right.constant
  if (hasUnit && typeof exponent !== 'number') {
    throw new ExpressionFault(
      'what has a unit is raised to a number that is written here',
      right.at,
    )
  }
  const unit = hasUnit ? raised(left.unit, Number(exponent)) : left.unit
  return arithmetic('^', inUnit(left, left.unit), inUnit(right, right.unit), at, unit)
}

/** Unknown and false is false, unknown or true is true. */
function logical(sign: 'and' | 'or', left: Term, right: Term, at: number): Term {
  const [a, b] = [wanted(left, 'boolean'), wanted(right, 'boolean')]
  const deciding = sign === 'or'
  return term('boolean', at, () => {
    const [x, y] = [a.evaluate(), b.evaluate()]
    if (x === deciding || y === deciding) return deciding
    return x === null || y === null ? null : !deciding
  })
}

function equality(sign: '==' | '!=', left: Term, right: Term, at: number): Term {
  if (left.type !== right.type) {
    throw new ExpressionFault(`a ${left.type} is compared with a ${right.type}`, at)
  }
  const unit = commonUnit([left, right])
  const [a, b] =
    left.type === 'number'
      ? [inUnit(left, unit), inUnit(right, unit)]
      : [left.evaluate, right.evaluate]
  return term('boolean', at, () => {
    const [x, y] = [a(), b()]
    return x === null || y === null ? null : (x === y) === (sign === '==')
  })
}
