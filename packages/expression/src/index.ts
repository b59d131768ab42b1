export { calculate, order } from './operators.ts'
export { type Node, parseExpression, type Sign } from './parse.ts'
export { ExpressionFault } from './tokens.ts'
