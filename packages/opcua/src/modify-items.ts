import { TimestampsToReturn } from 'node-opcua-client'
import { createRevisions, filterOf } from './items.ts'
import type { LinkEvents, NodeOutcome, WatchedNode } from './port.ts'
import { inPortions, type PortionSize } from './portions.ts'
import type { RawSession } from './raw-session.ts'
import type { Subscription } from './subscription.ts'

/**
 * Samples nodes that are watched in another way from now on, without a moment in which they are not
 * watched, and with what waits in the server's queues. Answers the keys of those that the server does
 * not change: they are to be watched anew. An item stays in its subscription, whatever its interval.
 */
export async function modifyItems(
  session: RawSession,
  subscription: Subscription,
  nodes: readonly WatchedNode[],
  portion: PortionSize,
  events: Pick<LinkEvents, 'nodes' | 'revised'>,
): Promise<readonly string[]> {
  const refused: string[] = []
  const revisions = createRevisions()
  await inPortions(nodes, portion, async (part) => {
    const outcomes: NodeOutcome[] = []
    const { results } = await session.modifyMonitoredItems({
      subscriptionId: subscription.id,
      timestampsToReturn: TimestampsToReturn.Both,
      itemsToModify: part.map((node) => {
        const clientHandle = subscription.handles.get(node.key) ?? 0
        return {
          monitoredItemId: subscription.items.get(clientHandle)?.monitoredItemId ?? 0,
          requestedParameters: {
            clientHandle,
            samplingInterval: node.samplingIntervalMs,
            queueSize: node.queueSize,
            discardOldest: true,
            filter: filterOf(node),
          },
        }
      }),
    })
    for (const [i, node] of part.entries()) {
      const result = results?.[i]
      const item = subscription.items.get(subscription.handles.get(node.key) ?? 0)
      if (!result?.statusCode.isGood() || !item) {
        refused.push(node.key)
        continue
      }
      item.node = node
      const samplingIntervalMs = result.revisedSamplingInterval
      const queueSize = result.revisedQueueSize
      outcomes.push({ key: node.key, ok: true, samplingIntervalMs, queueSize })
      revisions.note('sampling interval (ms)', node.samplingIntervalMs, samplingIntervalMs)
      revisions.note('queue size', node.queueSize, queueSize)
    }
    if (outcomes.length > 0) events.nodes(outcomes)
  })
  revisions.tell(events)
  return refused
}
