import {
  AttributeIds,
  DataChangeFilter,
  DataChangeTrigger,
  DeadbandType,
  MonitoringMode,
  type NodeId,
  type StatusCode,
  TimestampsToReturn,
} from 'node-opcua-client'
import { codeOfStatus, isTimeout, statusNameOf } from './failure.ts'
import type { LinkEvents, NodeOutcome, WatchedNode } from './port.ts'
import { inPortions, type PortionSize } from './portions.ts'
import type { RawSession } from './raw-session.ts'
import type { Subscription } from './subscription.ts'

export interface Wanted {
  readonly node: WatchedNode
  readonly nodeId: NodeId
}

/**
 * Watches nodes in a subscription, in portions; `told` hears of each portion. Items that the
 * server refuses do not disturb the others. A dead band that it refuses is left out.
 */
export async function createItems(
  session: RawSession,
  subscription: Subscription,
  wanted: readonly Wanted[],
  portion: PortionSize,
  events: Pick<LinkEvents, 'nodes' | 'revised'>,
): Promise<void> {
  const withoutFilter: Wanted[] = []
  const revisions = createRevisions()
  const create = async (part: readonly Wanted[], filtered: boolean): Promise<void> => {
    const outcomes: NodeOutcome[] = []
    const results = await request(session, subscription, part, filtered)
    for (const [i, one] of part.entries()) {
      const { node } = one
      const handle = subscription.handles.get(node.key) ?? 0
      const result = results[i]
      const item = subscription.items.get(handle)
      if (result?.statusCode.isGood() && item) {
        item.monitoredItemId = result.monitoredItemId
        const samplingIntervalMs = result.revisedSamplingInterval
        const queueSize = result.revisedQueueSize
        outcomes.push({ key: node.key, ok: true, samplingIntervalMs, queueSize })
        revisions.note('sampling interval (ms)', node.samplingIntervalMs, samplingIntervalMs)
        revisions.note('queue size', node.queueSize, queueSize)
        continue
      }
      forget(subscription, node.key)
      const { name } = result?.statusCode ?? { name: 'BadUnexpectedError' }
      if (filtered && node.deadband !== null && filterRefusals.has(name)) withoutFilter.push(one)
      else outcomes.push(refused(node.key, name, result?.statusCode))
    }
    if (outcomes.length > 0) events.nodes(outcomes)
  }
  await inPortions(wanted, portion, (part) => create(part, true))
  await inPortions(withoutFilter, portion, (part) => create(part, false))
  if (withoutFilter.length > 0) {
    events.revised('dead band (nodes; the server refuses it)', withoutFilter.length, 0)
  }
  revisions.tell(events)
}

const refused = (key: string, reason: string, code: StatusCode | undefined): NodeOutcome => ({
  key,
  ok: false,
  status: (code?.value ?? codeOfStatus(reason)) >>> 0,
  reason,
})

const filterRefusals = new Set([
  'BadFilterNotAllowed',
  'BadMonitoredItemFilterInvalid',
  'BadMonitoredItemFilterUnsupported',
  'BadDeadbandFilterInvalid',
])

async function request(
  session: RawSession,
  subscription: Subscription,
  part: readonly Wanted[],
  filtered: boolean,
) {
  // Known before the server is asked: the first values may come before its answer.
  const itemsToCreate = part.map(({ node, nodeId }) => {
    const clientHandle = ++subscription.lastHandle
    forget(subscription, node.key)
    subscription.items.set(clientHandle, { node, monitoredItemId: 0 })
    subscription.handles.set(node.key, clientHandle)
    return {
      itemToMonitor: { nodeId, attributeId: AttributeIds.Value },
      monitoringMode: MonitoringMode.Reporting,
      requestedParameters: {
        clientHandle,
        samplingInterval: node.samplingIntervalMs,
        queueSize: node.queueSize,
        // The newest values are worth most; what is lost is marked by the overflow bit.
        discardOldest: true,
        filter: filtered ? filterOf(node) : null,
      },
    }
  })
  try {
    const answer = await session.createMonitoredItems({
      // Honest work for a small server; whether it lives, the watchdog tells.
      requestHeader: { timeoutHint: patienceMs },
      subscriptionId: subscription.id,
      timestampsToReturn: TimestampsToReturn.Both,
      itemsToCreate,
    })
    return answer.results ?? []
  } catch (error) {
    for (const { node } of part) forget(subscription, node.key)
    // The server may have made them all the same.
    if (isTimeout(error)) subscription.spoiled = true
    throw error
  }
}

const patienceMs = 60_000

/**
 * Status or value: a source that stamps an unchanged value anew says nothing new. It is also what
 * a server does without a filter, so none is sent where there is no dead band.
 */
export const filterOf = ({ deadband }: WatchedNode): DataChangeFilter | null =>
  deadband === null
    ? null
    : new DataChangeFilter({
        trigger: DataChangeTrigger.StatusValue,
        deadbandType: deadband.kind === 'percent' ? DeadbandType.Percent : DeadbandType.Absolute,
        deadbandValue: deadband.value,
      })

/** Stops watching; a node that the server no longer has is no longer watched. */
export async function deleteItems(
  session: RawSession,
  subscription: Subscription,
  keys: readonly string[],
  portion: PortionSize,
): Promise<void> {
  const monitoredItemIds = keys.flatMap((key) => {
    const item = subscription.items.get(subscription.handles.get(key) ?? 0)
    return item ? [item.monitoredItemId] : []
  })
  for (const key of keys) forget(subscription, key)
  await inPortions(monitoredItemIds, portion, async (part) => {
    const request = { subscriptionId: subscription.id, monitoredItemIds: [...part] }
    await session.deleteMonitoredItems(request).catch((error: unknown) => {
      if (statusNameOf(error) !== 'BadSubscriptionIdInvalid') throw error
    })
  })
}

function forget(subscription: Subscription, key: string): void {
  subscription.items.delete(subscription.handles.get(key) ?? 0)
  subscription.handles.delete(key)
}

/** A server revises 20,000 items alike: that is one thing to tell, not 20,000. */
export function createRevisions() {
  const seen = new Map<string, { what: string; asked: number; granted: number; nodes: number }>()
  return {
    note(what: string, asked: number, granted: number): void {
      if (asked === granted) return
      const key = `${what} ${asked} ${granted}`
      const one = seen.get(key)
      if (one) one.nodes++
      else if (seen.size < mostRevisions) seen.set(key, { what, asked, granted, nodes: 1 })
    },
    tell({ revised }: Pick<LinkEvents, 'revised'>): void {
      for (const { what, asked, granted, nodes } of seen.values()) {
        revised(`${what} of ${nodes} node${nodes === 1 ? '' : 's'}`, asked, granted)
      }
    },
  }
}

const mostRevisions = 20
