import { ExpressionFault, type Token, tokensOf } from './tokens.ts'

export type Node =
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly at: number }
  | { readonly kind: 'text'; readonly value: string; readonly at: number }
  | { readonly kind: 'input'; readonly name: string; readonly at: number }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly args: readonly Node[]
      readonly at: number
    }
  | {
      readonly kind: 'operation'
      readonly sign: Sign
      readonly args: readonly Node[]
      readonly at: number
    }

export type Sign =
  | ('or' | 'and' | 'not' | 'negative')
  | ('<' | '<=' | '>' | '>=' | '==' | '!=')
  | ('+' | '-' | '*' | '/' | '%' | '^')

const deepest = 60

/** Operators of two sides, the loosest first. */
const levels: readonly Readonly<Record<string, Sign>>[] = [
  { or: 'or', '||': 'or' },
  { and: 'and', '&&': 'and' },
  { '<': '<', '<=': '<=', '>': '>', '>=': '>=', '==': '==', '=': '==', '!=': '!=' },
  { '+': '+', '-': '-' },
  { '*': '*', '/': '/', '%': '%' },
]
const comparisons = 2

/** Reads an expression; throws ExpressionFault with the place of what is wrong. */
export function parseExpression(source: string): Node {
  const tokens = tokensOf(source)
  let next = 0
  let depth = 0
  const end = source.length + 1
  const peek = (): Token | undefined => tokens[next]
  const take = (value: string): boolean => {
    const token = peek()
    if (!token || (token.kind !== 'sign' && token.kind !== 'name') || token.value !== value)
      return false
    next++
    return true
  }
  const need = (value: string): void => {
    if (take(value)) return
    const token = peek()
    throw new ExpressionFault(`"${value}" is expected here`, token?.at ?? end)
  }
  const nested = (one: () => Node): Node => {
    if (++depth > deepest) throw new ExpressionFault('it is nested too deeply', peek()?.at ?? end)
    const node = one()
    depth--
    return node
  }

  function binary(level: number): Node {
    const signs = levels[level]
    if (!signs) return unary()
    let left = level === comparisons ? not(level) : binary(level + 1)
    for (;;) {
      const token = peek()
      const sign =
        token && (token.kind === 'sign' || token.kind === 'name') ? signs[token.value] : undefined
      if (!token || sign === undefined) return left
      next++
      const right = binary(level + 1)
      left = { kind: 'operation', sign, args: [left, right], at: token.at }
      if (level === comparisons) return left
    }
  }
  function not(level: number): Node {
    const at = peek()?.at ?? end
    if (take('not') || take('!')) {
      const arg = nested(() => binary(level))
      return { kind: 'operation', sign: 'not', args: [arg], at }
    }
    return binary(level + 1)
  }
  function unary(): Node {
    const at = peek()?.at ?? end
    if (take('-')) return { kind: 'operation', sign: 'negative', args: [nested(unary)], at }
    const base = primary()
    const power = peek()?.at ?? end
    if (!take('^')) return base
    return { kind: 'operation', sign: '^', args: [base, nested(unary)], at: power }
  }
  function primary(): Node {
    const token = peek()
    if (!token) throw new ExpressionFault('it ends too early', end)
    next++
    const { at } = token
    if (token.kind === 'number') return { kind: 'number', value: token.value, at }
    if (token.kind === 'text') return { kind: 'text', value: token.value, at }
    if (token.kind === 'input') return { kind: 'input', name: token.value.trim(), at }
    if (token.kind === 'sign') {
      if (token.value !== '(')
        throw new ExpressionFault(`"${token.value}" is not expected here`, at)
      const inner = nested(() => binary(0))
      need(')')
      return inner
    }
    if (token.value === 'true' || token.value === 'false') {
      return { kind: 'boolean', value: token.value === 'true', at }
    }
    if (!take('(')) return { kind: 'input', name: token.value, at }
    const args: Node[] = []
    if (!take(')')) {
      do args.push(nested(() => binary(0)))
      while (take(','))
      need(')')
    }
    return { kind: 'call', name: token.value, args, at }
  }

  const root = binary(0)
  const rest = peek()
  if (rest) throw new ExpressionFault(`"${rest.value}" is not expected here`, rest.at)
  return root
}
