import type { AttributeIds, DataValue, NodeId } from 'node-opcua-client'
import { inPortions, type PortionSize } from './portions.ts'
import type { RawSession } from './raw-session.ts'

export interface Asked {
  readonly nodeId: NodeId
  readonly attributeId: AttributeIds
}

/** Values in the order of what is asked, in portions that the server takes. */
export async function readMany(
  session: RawSession,
  asked: readonly Asked[],
  portion: PortionSize,
): Promise<DataValue[]> {
  const values: DataValue[] = []
  await inPortions(asked, portion, async (part) => {
    values.push(...(await session.read([...part])))
  })
  return values
}
