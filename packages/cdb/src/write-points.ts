import { isPointId, type ValueType } from '@mla/model'
import { Document } from 'yaml'

/** What is known of a server's node, for a points file. */
export interface FoundNode {
  readonly path: string
  readonly nodeId: string
  readonly type: ValueType | null
  readonly description: string | null
  readonly unit: string | null
  readonly enumeration: ReadonlyMap<number, string> | null
}

export interface WrittenFile {
  readonly text: string
  readonly points: number
  /** Paths that could not become points, with the reason. */
  readonly leftOut: readonly string[]
}

/** A points file (YAML) of nodes: a start for the engineer who adds ranges and archive classes. */
export function pointsFileOf(
  nodes: readonly FoundNode[],
  { source, prefix, comment }: { source: string; prefix: string; comment: string },
): WrittenFile {
  const points: Record<string, unknown> = {}
  const leftOut: string[] = []
  for (const node of nodes) {
    const id = idFor(node.path, prefix, points)
    if (node.type === null) leftOut.push(`${node.path}: no value of a type that MLA knows`)
    else if (!isPointId(id)) leftOut.push(`${node.path}: "${id}" is not a point identifier`)
    else points[id] = fieldsOf(node, node.type)
  }
  const document = new Document({ source, points })
  document.commentBefore = ` yaml-language-server: $schema=../schema/points.json\n ${comment.replace(/\s+/g, ' ')}`
  return { text: document.toString({ lineWidth: 0 }), points: Object.keys(points).length, leftOut }
}

function fieldsOf(node: FoundNode, type: ValueType): Record<string, unknown> {
  const { description, unit, nodeId, enumeration } = node
  // Braces would be placeholders.
  const plain = (text: string): string => text.replace(/[{}]/g, ' ').trim()
  const codes =
    enumeration && Object.fromEntries([...enumeration].map(([code, name]) => [String(code), name]))
  return {
    ...(description ? { description: plain(description).slice(0, 1_000) } : {}),
    type,
    ...(unit ? { unit: unit.slice(0, 60) } : {}),
    nodeId,
    ...(codes && type.startsWith('enum') ? { enumeration: codes } : {}),
  }
}

/** The path with what an identifier cannot hold replaced, and told apart from those before. */
function idFor(path: string, prefix: string, taken: Readonly<Record<string, unknown>>): string {
  const parts = path.split('/').map((part) => {
    const good = part.replace(/[^A-Za-z0-9_.:+-]+/g, '_')
    return /^[A-Za-z0-9]/.test(good) ? good : `x${good}`
  })
  const id = [...(prefix === '' ? [] : [prefix]), ...parts].join('/')
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? id : `${id}_${n}`
    if (!Object.hasOwn(taken, candidate)) return candidate
  }
}
