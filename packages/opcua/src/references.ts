import {
  BrowseDirection,
  type BrowseResult,
  NodeClass,
  type NodeId,
  type ReferenceDescription,
  StatusCodes,
} from 'node-opcua-client'
import type { RawSession } from './raw-session.ts'

/** HierarchicalReferences and HasProperty, one of its kinds. */
export const referenceTypes = { hierarchical: 'i=33', property: 'i=46' } as const

/** Everything about a reference (BrowseResultMask, OPC 10000-4, 5.9.2). */
const resultMask = 63

/** The references of several nodes in one call, complete, in the order of the nodes. */
export async function referencesOf(
  session: RawSession,
  nodeIds: readonly NodeId[],
  referenceTypeId: string,
): Promise<ReferenceDescription[][]> {
  const results = await session.browse(nodeIds.map((nodeId) => request(nodeId, referenceTypeId)))
  const complete: ReferenceDescription[][] = []
  for (const [i, result] of results.entries()) {
    const nodeId = nodeIds[i]
    // A server keeps few answers half given; this node is asked for again, by itself.
    const again = nodeId && result.statusCode.equals(StatusCodes.BadNoContinuationPoints)
    const first = again ? await session.browse(request(nodeId, referenceTypeId)) : result
    complete.push(await allOf(session, first))
  }
  return complete
}

const request = (nodeId: NodeId, referenceTypeId: string) => ({
  nodeId,
  browseDirection: BrowseDirection.Forward,
  referenceTypeId,
  includeSubtypes: true,
  nodeClassMask: NodeClass.Object | NodeClass.Variable,
  resultMask,
})

async function allOf(session: RawSession, first: BrowseResult): Promise<ReferenceDescription[]> {
  const references = [...(first.references ?? [])]
  let continuation = first.continuationPoint
  while (continuation && continuation.length > 0) {
    const next = await session.browseNext(continuation, false)
    references.push(...(next.references ?? []))
    continuation = next.continuationPoint
  }
  return references
}
