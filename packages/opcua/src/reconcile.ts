import { codeOfStatus, messageOf, statusNameOf } from './failure.ts'
import { createItems, deleteItems, type Wanted } from './items.ts'
import { modifyItems } from './modify-items.ts'
import { resolveNodeId } from './node-id.ts'
import type { LinkEvents, LinkSettings, NodeOutcome, WatchedNode } from './port.ts'
import type { PortionSize } from './portions.ts'
import type { RawSession } from './raw-session.ts'
import { createSubscription, deleteSubscriptions, type Subscription } from './subscription.ts'

/** What is wanted, and what of it there is. It outlives connections. */
export interface Watch {
  wanted: ReadonlyMap<string, WatchedNode>
  /** By sampling interval. */
  readonly subscriptions: Map<number, Subscription>
  readonly failed: Map<string, Failure>
}

export interface Failure {
  readonly node: WatchedNode
  readonly status: number
  readonly reason: string
  /** On the clock of performance.now(). */
  retryAt: number
}

export interface ReconcileParts {
  readonly session: RawSession
  readonly namespaces: readonly string[]
  readonly portion: PortionSize
  readonly settings: LinkSettings
  readonly events: LinkEvents
  /** A subscription has been made, or is gone. */
  changed(): void
  /** The server says that it does not know the subscription. */
  lost(subscription: Subscription, reason: string): void
}

export const retryNodesMsOf = ({ retryNodesMs = 60_000 }: LinkSettings): number => retryNodesMs

/** Makes the server watch what is wanted, by the least change. Throws when the connection fails. */
export async function reconcile(watch: Watch, parts: ReconcileParts): Promise<void> {
  for (const [key, failure] of watch.failed) {
    if (!isSame(watch.wanted.get(key), failure.node)) watch.failed.delete(key)
  }
  for (const subscription of [...watch.subscriptions.values()]) {
    await leave(watch, subscription, parts)
  }
  for (const [samplingIntervalMs, nodes] of missing(watch)) {
    await join(watch, samplingIntervalMs, nodes, parts)
  }
}

const isSame = (a: WatchedNode | undefined, b: WatchedNode | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.nodeId === b.nodeId &&
  a.samplingIntervalMs === b.samplingIntervalMs &&
  a.queueSize === b.queueSize &&
  a.deadband?.kind === b.deadband?.kind &&
  a.deadband?.value === b.deadband?.value

async function leave(
  { wanted, subscriptions }: Watch,
  subscription: Subscription,
  { session, portion, changed, events }: ReconcileParts,
): Promise<void> {
  const keys: string[] = []
  const modified: WatchedNode[] = []
  for (const [key, handle] of subscription.handles) {
    const [node, known] = [wanted.get(key), subscription.items.get(handle)?.node]
    if (isSame(node, known)) continue
    if (node !== undefined && node.nodeId === known?.nodeId) modified.push(node)
    else keys.push(key)
  }
  if (modified.length > 0) {
    keys.push(...(await modifyItems(session, subscription, modified, portion, events)))
  }
  if (keys.length < subscription.handles.size) {
    await deleteItems(session, subscription, keys, portion)
  } else {
    subscriptions.delete(subscription.samplingIntervalMs)
    changed()
    await deleteSubscriptions(session, [subscription])
  }
}

/** The nodes that are wanted and not watched, by sampling interval. */
function missing({ wanted, subscriptions, failed }: Watch): Map<number, WatchedNode[]> {
  const now = performance.now()
  const groups = new Map<number, WatchedNode[]>()
  const watched = new Set(subscriptions.values().flatMap(({ handles }) => handles.keys()))
  for (const node of wanted.values()) {
    if (watched.has(node.key)) continue
    if ((failed.get(node.key)?.retryAt ?? 0) > now) continue
    const group = groups.get(node.samplingIntervalMs)
    if (group) group.push(node)
    else groups.set(node.samplingIntervalMs, [node])
  }
  return groups
}

async function join(
  watch: Watch,
  samplingIntervalMs: number,
  nodes: readonly WatchedNode[],
  parts: ReconcileParts,
): Promise<void> {
  const { session, namespaces, portion, settings, events } = parts
  const tell = (outcomes: readonly NodeOutcome[]): void => report(watch, outcomes, parts)
  const wanted: Wanted[] = []
  const unresolved: NodeOutcome[] = []
  for (const node of nodes) {
    const resolved = resolveNodeId(node.nodeId, namespaces)
    if (resolved.ok) wanted.push({ node, nodeId: resolved.nodeId })
    else {
      const status = codeOfStatus(resolved.malformed ? 'BadNodeIdInvalid' : 'BadNodeIdUnknown')
      unresolved.push({ key: node.key, ok: false, status, reason: resolved.reason })
    }
  }
  if (unresolved.length > 0) tell(unresolved)
  if (wanted.length === 0) return
  let subscription = watch.subscriptions.get(samplingIntervalMs)
  if (subscription === undefined) {
    try {
      subscription = await createSubscription(session, samplingIntervalMs, settings, events.revised)
    } catch (error) {
      const reason = statusNameOf(error)
      if (reason === null || !refusals.has(reason)) throw error
      const status = codeOfStatus(reason)
      tell(wanted.map(({ node: { key } }) => ({ key, ok: false, status, reason })))
      return
    }
    watch.subscriptions.set(samplingIntervalMs, subscription)
    parts.changed()
  }
  try {
    await createItems(session, subscription, wanted, portion, { ...events, nodes: tell })
  } catch (error) {
    if (statusNameOf(error) !== 'BadSubscriptionIdInvalid') throw error
    parts.lost(subscription, messageOf(error))
  }
}

/** The session lives, yet the server gives no (further) subscription. */
const refusals = new Set(['BadTooManySubscriptions', 'BadUserAccessDenied', 'BadOutOfMemory'])

/** Tells what is new: a node that fails the same way again and again is told once. */
function report(
  { wanted, failed }: Watch,
  outcomes: readonly NodeOutcome[],
  { events, settings }: ReconcileParts,
): void {
  const retryAt = performance.now() + retryNodesMsOf(settings)
  const news = outcomes.filter((outcome) => {
    const { key } = outcome
    const known = failed.get(key)
    if (outcome.ok) {
      failed.delete(key)
      return true
    }
    const node = wanted.get(key)
    if (node === undefined) return false
    const { status, reason } = outcome
    failed.set(key, { node, status, reason, retryAt })
    return known === undefined || known.status !== status || known.reason !== reason
  })
  if (news.length > 0) events.nodes(news)
}
