import type { Connection } from './connection.ts'
import { createLedger, noProgress } from './ledger.ts'
import type { Outage } from './outage.ts'
import type { HandOver, Inheritance } from './port.ts'
import type { Watch } from './reconcile.ts'
import {
  deleteSubscriptions,
  type Subscription,
  type Transferred,
  transferSubscriptions,
} from './subscription.ts'

/** By what the server is known that the subscriptions are of. */
export type ServerIdentity = Omit<HandOver, 'subscriptions'>

/** What another link would need to go on with these subscriptions. */
export const handOverOf = (watch: Watch, server: ServerIdentity): HandOver => ({
  ...server,
  subscriptions: [...watch.subscriptions.values()].map((one) => ({
    id: one.id,
    samplingIntervalMs: one.samplingIntervalMs,
    keepAliveMs: one.keepAliveMs,
    items: [...one.items].map(([clientHandle, { monitoredItemId, node }]) => ({
      ...{ clientHandle, monitoredItemId, node },
    })),
  })),
})

/** The subscriptions of another link, as this one keeps them; `heardAt` is when it was last heard. */
export function inherited(
  { handOver, progress }: Inheritance,
  heardAt: number,
): Map<number, Subscription> {
  const subscriptions = new Map<number, Subscription>()
  for (const { id, samplingIntervalMs, keepAliveMs, items } of handOver.subscriptions) {
    subscriptions.set(samplingIntervalMs, {
      ...{ id, samplingIntervalMs, keepAliveMs, heardAt },
      items: new Map(items.map(({ clientHandle, ...item }) => [clientHandle, item])),
      handles: new Map(items.map(({ clientHandle, node }) => [node.key, clientHandle])),
      lastHandle: items.reduce((last, { clientHandle }) => Math.max(last, clientHandle), 0),
      lastSequence: 0,
      heldBack: null,
      spoiled: false,
      ledger: createLedger(progress[id] ?? noProgress),
      isInherited: true,
      silentSince: null,
    })
  }
  return subscriptions
}

export interface TakeOverParts {
  readonly outage: Outage
  /** The server that the subscriptions are of. */
  readonly server: ServerIdentity
  readonly inheritance: Inheritance | null
  /** Values of it are missing, though it lives on. */
  missed(subscription: Subscription, reason: string): void
}

/**
 * The subscriptions that live on in the new connection; the others are deleted where the server lets
 * us. Where values are missing, or were said to be, the values in force are asked for: one that
 * does not change would never be told.
 */
export async function survivors(
  { session, resumed, namespaces, serverStart }: Connection,
  all: readonly Subscription[],
  { outage, server, inheritance, missed }: TakeOverParts,
): Promise<readonly Transferred[]> {
  const sameNamespaces = namespaces.join('\n') === server.namespaces.join('\n')
  const usable = (one: Subscription): boolean => sameNamespaces && !one.spoiled
  if (resumed) {
    await deleteSubscriptions(
      session,
      all.filter((one) => !usable(one)),
    )
    return all.filter(usable).map((subscription) => ({ subscription, available: [] }))
  }
  // A server that was started anew gives the same ids to others, and would hand over theirs.
  if (serverStart === null || serverStart !== server.serverStart) return []
  const wasDown = outage.isDown
  const isWhole = (one: Subscription): boolean =>
    !one.isInherited || wasDown || one.ledger.progress().isRetained
  const saysAll = (one: Subscription): boolean =>
    wasDown ||
    !isWhole(one) ||
    (one.isInherited && one.handles.keys().some((key) => inheritance?.needsValue(key)))
  const wanted = all.filter((one) => usable(one) || one.isInherited)
  const came = [
    ...(await transferSubscriptions(session, wanted.filter(saysAll), true)),
    ...(await transferSubscriptions(
      session,
      wanted.filter((one) => !saysAll(one)),
      false,
    )),
  ]
  await deleteSubscriptions(
    session,
    came.flatMap(({ subscription }) => (usable(subscription) ? [] : [subscription])),
  )
  const kept = came.filter(({ subscription }) => usable(subscription))
  for (const { subscription } of kept) {
    if (!isWhole(subscription)) missed(subscription, 'the server did not keep all it had sent')
  }
  return kept
}
