import { calculate, ExpressionFault, type Node, order, type Sign } from '@mla/expression'
import { builtins } from './builtins.ts'
import { type Compilation, inputTerm, type Term, wanted } from './terms.ts'

/** Makes functions of what was read; types are checked once, here. */
export function compileNode(node: Node, compilation: Compilation): Term {
  switch (node.kind) {
    case 'number':
    case 'boolean':
    case 'text': {
      const { value } = node
      return { type: node.kind, at: node.at, evaluate: () => value, constant: value }
    }
    case 'input': {
      const { index, type } = compilation.input(node.name, node.at)
      return inputTerm(index, type, node.at, compilation.context)
    }
    case 'call': {
      const builtin = builtins[node.name]
      if (!builtin || !Object.hasOwn(builtins, node.name)) {
        const known = Object.keys(builtins).join(', ')
        throw new ExpressionFault(
          `there is no function "${node.name}"; there are ${known}`,
          node.at,
        )
      }
      const args = node.args.map((arg) => compileNode(arg, compilation))
      return builtin(args, node.at, compilation)
    }
    case 'operation': {
      const args = node.args.map((arg) => compileNode(arg, compilation))
      return operation(node.sign, args, node.at)
    }
  }
}

function operation(sign: Sign, args: readonly Term[], at: number): Term {
  const [left, right] = args
  if (!left) throw new ExpressionFault('an operand is missing', at)
  if (sign === 'negative') {
    const value = wanted(left, 'number')
    return { type: 'number', at, evaluate: () => negated(value.evaluate()) }
  }
  if (sign === 'not') {
    const value = wanted(left, 'boolean')
    return {
      ...{ type: 'boolean', at },
      evaluate: () => {
        const is = value.evaluate()
        return is === null ? null : is !== true
      },
    }
  }
  if (!right) throw new ExpressionFault('an operand is missing', at)
  if (sign === 'and' || sign === 'or') return logical(sign, left, right, at)
  if (sign === '==' || sign === '!=') return equality(sign, left, right, at)
  const ordered = order[sign]
  // Nothing that an alarm should be made of: a division by 0.
  const arithmetic = sign === '/' ? quotient : calculate[sign]
  const [a, b] = [wanted(left, 'number'), wanted(right, 'number')]
  return {
    ...{ type: ordered ? 'boolean' : 'number', at },
    evaluate: () => {
      const [x, y] = [a.evaluate(), b.evaluate()]
      if (typeof x !== 'number' || typeof y !== 'number') return null
      if (ordered) return ordered(x, y)
      const result = arithmetic?.(x, y) ?? Number.NaN
      return Number.isNaN(result) ? null : result
    },
  }
}

const quotient = (x: number, y: number): number => (y === 0 ? Number.NaN : x / y)
const negated = (value: unknown): number | null => (typeof value === 'number' ? -value : null)

/** Both sides are always evaluated, so that times keep running; unknown and false is false. */
function logical(sign: 'and' | 'or', left: Term, right: Term, at: number): Term {
  const [a, b] = [wanted(left, 'boolean'), wanted(right, 'boolean')]
  const deciding = sign === 'or'
  return {
    ...{ type: 'boolean', at },
    evaluate: () => {
      const [x, y] = [a.evaluate(), b.evaluate()]
      if (x === deciding || y === deciding) return deciding
      return x === null || y === null ? null : !deciding
    },
  }
}

function equality(sign: '==' | '!=', left: Term, right: Term, at: number): Term {
  if (left.type !== right.type) {
    throw new ExpressionFault(`a ${left.type} is compared with a ${right.type}`, at)
  }
  return {
    ...{ type: 'boolean', at },
    evaluate: () => {
      const [x, y] = [left.evaluate(), right.evaluate()]
      return x === null || y === null ? null : (x === y) === (sign === '==')
    },
  }
}
