import { NodeClass, type NodeId } from 'node-opcua-client'
import { inPortions, type PortionSize } from './portions.ts'
import type { RawSession } from './raw-session.ts'
import { referencesOf, referenceTypes } from './references.ts'

export interface Found {
  readonly path: string
  readonly nodeId: NodeId
}

/** Deeper than any sensible tree: what lies below is without end. */
const maxDepth = 30

/**
 * The variables below a node, level by level, in portions. A node that can be reached by several
 * paths is found once, by the shortest: so cycles end. Properties are left out.
 */
export async function* walk(
  session: RawSession,
  root: NodeId,
  portion: PortionSize,
): AsyncGenerator<readonly Found[]> {
  const seen = new Set<string>([root.toString()])
  let level: readonly Found[] = [{ path: '', nodeId: root }]
  for (let depth = 0; level.length > 0 && depth < maxDepth; depth++) {
    const below: Found[] = []
    for (let at = 0; at < level.length; ) {
      const part = level.slice(at, at + portion.size)
      const variables: Found[] = []
      await inPortions(part, portion, async (parents) => {
        const ids = parents.map(({ nodeId }) => nodeId)
        const children = await referencesOf(session, ids, referenceTypes.hierarchical)
        for (const [i, references] of children.entries()) {
          for (const { nodeId, nodeClass, browseName, referenceTypeId } of references) {
            const key = nodeId.toString()
            if (seen.has(key) || referenceTypeId.toString() === propertyKey) continue
            seen.add(key)
            const parent = parents[i]?.path ?? ''
            const name = browseName.name ?? ''
            const found = { path: parent === '' ? name : `${parent}/${name}`, nodeId }
            below.push(found)
            if (nodeClass === NodeClass.Variable) variables.push(found)
          }
        }
      })
      at += part.length
      if (variables.length > 0) yield variables
    }
    level = below
  }
}

const propertyKey = `ns=0;${referenceTypes.property}`
