import type { Log } from '@mla/kit'
import { microsOfMillis } from '@mla/model'
import { type NotificationMessage, type PublishResponse, VariableIds } from 'node-opcua-client'
import type { Connection } from './connection.ts'
import { isTimeout, messageOf } from './failure.ts'
import { catchUp, type InboxParts, take } from './inbox.ts'
import type { Outage } from './outage.ts'
import type { LinkEvents, LinkSettings } from './port.ts'
import type { PortionSize } from './portions.ts'
import { createPublishing } from './publishing.ts'
import { reconcile, type Watch } from './reconcile.ts'
import {
  deleteSubscriptions,
  republish,
  type Subscription,
  transferSubscriptions,
} from './subscription.ts'
import { createWatchdog } from './watchdog.ts'

export interface ServeParts {
  readonly settings: LinkSettings
  readonly events: LinkEvents
  readonly watch: Watch
  readonly outage: Outage
  /** What slow servers have taught; it outlives connections. */
  readonly portion: PortionSize
  /** Whether the server still is the one whose node ids the subscriptions have. */
  readonly sameNamespaces: boolean
  readonly signal: AbortSignal
  readonly log: Log
}

/** A connection in use. */
export interface Serving {
  /** Looks again at what is wanted. */
  refresh(): void
  /** Settles with the reason when the connection can no longer be used; never rejects. */
  readonly over: Promise<string>
}

/** Takes the subscriptions over to a new connection and keeps them going until it is over. */
export function serve(connection: Connection, parts: ServeParts): Serving {
  const { session, namespaces, limits } = connection
  const { settings, events, watch, outage, signal } = parts
  const { subscriptions } = watch
  const end = Promise.withResolvers<string>()
  let ended = false
  const portion = limits.monitoredItems
  portion.size = Math.min(portion.size, parts.portion.size)

  const lose = (subscription: Subscription, reason: string): void => {
    const { samplingIntervalMs, heardAt, handles } = subscription
    if (subscriptions.get(samplingIntervalMs) !== subscription) return
    subscriptions.delete(samplingIntervalMs)
    outage.lost(heardAt, reason, subscriptions.size === 0 ? 'all' : [...handles.keys()])
  }

  const inbox: InboxParts = {
    republish: ({ id }, sequenceNumber) => republish(session, id, sequenceNumber),
    acknowledge: ({ id }, sequenceNumber) => publishing.acknowledge(id, sequenceNumber),
    values: (values) => events.values(values, microsOfMillis(Date.now())),
    missed({ heardAt, handles }, count) {
      outage.lost(heardAt, `${count} messages are missing`, [...handles.keys()])
      outage.connected()
    },
    ended(subscription, reason) {
      lose(subscription, `the server ended the subscription: ${reason}`)
      refresh()
    },
    failed: (error) => end.resolve(messageOf(error)),
  }

  const publishing = createPublishing({
    session,
    // One to be answered for each subscription, and some on the way.
    wanted: () => (subscriptions.size === 0 ? 0 : subscriptions.size + 2),
    timeoutMs: () => 4 * Math.max(settings.silenceMs, ...[...subscriptions.values()].map(waitMs)),
    received({ subscriptionId, notificationMessage }: PublishResponse) {
      // What the server sends before it closes the session at our wish belongs to the values; what
      // comes late of a connection that was given up is asked for again by the next one.
      if (!ended || signal.aborted) hear(subscriptionId, notificationMessage)
    },
    failed: (status, reason) => {
      if (status !== 'BadNoSubscription') end.resolve(reason)
      else for (const one of [...subscriptions.values()]) inbox.ended(one, reason)
    },
  })

  const hear = (subscriptionId: number, message: NotificationMessage): void => {
    for (const subscription of subscriptions.values()) {
      if (subscription.id !== subscriptionId) continue
      subscription.heardAt = performance.now()
      try {
        take(subscription, message, inbox)
      } catch (error) {
        // node-opcua would swallow what a listener of ours throws.
        parts.log.error({ error: messageOf(error) }, 'values of an OPC-UA server not taken')
        inbox.failed(error)
      }
      return
    }
  }

  let busy = false
  let again = false
  const refresh = (): void => {
    again = true
    if (busy) return
    busy = true
    work().then(() => {
      busy = false
      if (again && !ended) refresh()
    }, inbox.failed)
  }
  const work = async (): Promise<void> => {
    try {
      while (again && !ended) {
        again = false
        await reconcile(watch, {
          session,
          namespaces,
          portion,
          settings,
          events,
          changed: publishing.fill,
          lost(subscription, reason) {
            lose(subscription, reason)
            again = true
          },
        })
      }
      if (ended) return
      outage.connected()
      publishing.fill()
    } catch (error) {
      if (isTimeout(error)) portion.size = Math.ceil(portion.size / 2)
      parts.portion.size = Math.min(parts.portion.size, portion.size)
      end.resolve(messageOf(error))
    }
  }

  const takeOver = async (): Promise<void> => {
    const all = [...subscriptions.values()]
    const kept = await survivors(connection, all, parts.sameNamespaces)
    for (const one of all)
      if (!kept.includes(one)) lose(one, 'the subscription had to be made anew')
    if (ended) return
    outage.connected()
    for (const one of kept) {
      if (!(await catchUp(one, inbox))) lose(one, 'the subscription had to be made anew')
      one.heardAt = performance.now()
    }
    for (const failure of watch.failed.values()) failure.retryAt = 0
    publishing.fill()
    refresh()
  }

  const watchdog = createWatchdog({
    settings,
    watch,
    refresh: () => refresh(),
    dead(subscription, reason) {
      lose(subscription, reason)
      deleteSubscriptions(session, [subscription]).then(refresh, inbox.failed)
    },
    silent: (reason) => end.resolve(reason),
    ping: () => session.read({ nodeId: `i=${VariableIds.Server_ServerStatus_State}` }),
  })
  const stop = (): void => end.resolve('stopped')
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  connection.broken.then(end.resolve, inbox.failed)
  takeOver().then(() => ended || watchdog.start(), inbox.failed)

  const over = end.promise.then(async (reason) => {
    ended = true
    watchdog.stop()
    signal.removeEventListener('abort', stop)
    publishing.stop()
    return reason
  })
  return { refresh, over }
}

const waitMs = ({ keepAliveMs }: Subscription): number => keepAliveMs

/** The subscriptions that live on in the new connection; the others are deleted where possible. */
async function survivors(
  { session, resumed }: Connection,
  all: readonly Subscription[],
  sameNamespaces: boolean,
): Promise<readonly Subscription[]> {
  const usable = (one: Subscription): boolean => sameNamespaces && !one.spoiled
  if (!resumed) return transferSubscriptions(session, all.filter(usable))
  const unusable = all.filter((one) => !usable(one))
  await deleteSubscriptions(session, unusable)
  return all.filter(usable)
}
