import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Node, parseExpression } from './parse.ts'
import { ExpressionFault } from './tokens.ts'

const shown = (node: Node): string => {
  if (node.kind === 'operation') return `(${node.sign} ${node.args.map(shown).join(' ')})`
  if (node.kind === 'call') return `${node.name}[${node.args.map(shown).join(' ')}]`
  return node.kind === 'input' ? `{${node.name}}` : JSON.stringify(node.value)
}

const trees: [source: string, tree: string][] = [
  ['1 + 2 * 3', '(+ 1 (* 2 3))'],
  ['(1 + 2) * 3', '(* (+ 1 2) 3)'],
  ['1 - 2 - 3', '(- (- 1 2) 3)'],
  ['-2 ^ 2', '(negative (^ 2 2))'],
  ['a or b and not c', '(or {a} (and {b} (not {c})))'],
  ['not a < 1', '(not (< {a} 1))'],
  ['max({A/B}, 10s) >= .5e1', '(>= max[{A/B} 10] 5)'],
  ["state == 'ON' || x % 2 != 0", '(or (== {state} "ON") (!= (% {x} 2) 0))'],
]
for (const [source, tree] of trees) {
  test(`an expression is read: ${source}`, () => assert.equal(shown(parseExpression(source)), tree))
}

const faults: [source: string, at: number][] = [
  ['', 1],
  ['1 +', 4],
  ['1 + $', 5],
  ['f(1', 4],
  ['a < b < c', 7],
  ['('.repeat(100), 62],
]
for (const [source, at] of faults) {
  test(`a fault is found at its place: ${source.slice(0, 20)}`, () => {
    assert.throws(
      () => parseExpression(source),
      (error) => error instanceof ExpressionFault && error.at === at,
    )
  })
}
