import type { Node } from '@mla/expression'

/** The inputs that an expression names, each once, in the order in which it does. */
export function namesIn(node: Node): readonly string[] {
  if (node.kind === 'input') return [node.name]
  if (node.kind !== 'call' && node.kind !== 'operation') return []
  return [...new Set(node.args.flatMap(namesIn))]
}
