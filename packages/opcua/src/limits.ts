import { AttributeIds, type ClientSession, VariableIds } from 'node-opcua-client'
import type { PortionSize } from './portions.ts'

/** What one call to the server may hold (OperationLimitsType, OPC 10000-5, 6.3.11). */
export interface OperationLimits {
  readonly monitoredItems: PortionSize
  readonly reads: PortionSize
  readonly browses: PortionSize
}

/** For servers that name no limit: one that small controllers accept. */
const unnamed = 1000
/** More in one call saves nothing and keeps a slow server busy beyond the request's time. */
const most = 1000

const asked = [
  VariableIds.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall,
  VariableIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead,
  VariableIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerBrowse,
]

/** One node a call: a limit that forbids reading the limits in one call would be a trap. */
export async function readOperationLimits(session: ClientSession): Promise<OperationLimits> {
  const limits: number[] = []
  for (const nodeId of asked) {
    const answer = await session.read({ nodeId: `i=${nodeId}`, attributeId: AttributeIds.Value })
    limits.push(Number(answer.value.value) || unnamed)
  }
  const [monitoredItems = unnamed, reads = unnamed, browses = unnamed] = limits
  return {
    monitoredItems: { size: Math.min(monitoredItems, most) },
    reads: { size: Math.min(reads, most) },
    browses: { size: Math.min(browses, most) },
  }
}

export async function readNamespaces(session: ClientSession): Promise<readonly string[]> {
  const nodeId = `i=${VariableIds.Server_NamespaceArray}`
  const answer = await session.read({ nodeId, attributeId: AttributeIds.Value })
  const names: unknown = answer.value.value
  return Array.isArray(names) ? names.map(String) : []
}
