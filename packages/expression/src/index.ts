export { type Node, parseExpression, type Sign } from './parse.ts'
export { ExpressionFault } from './tokens.ts'
