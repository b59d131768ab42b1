import type { Log } from '@mla/kit'
import { microsOfMillis } from '@mla/model'
import { type NotificationMessage, type PublishResponse, VariableIds } from 'node-opcua-client'
import type { Connection } from './connection.ts'
import { isTimeout, messageOf } from './failure.ts'
import { catchUp, catchUpInherited, type InboxParts, speaksHere, take } from './inbox.ts'
import type { Outage } from './outage.ts'
import type { LinkEvents, LinkSettings } from './port.ts'
import type { PortionSize } from './portions.ts'
import { createPublishing } from './publishing.ts'
import { reconcile, type Watch } from './reconcile.ts'
import { deleteSubscriptions, republish, type Subscription } from './subscription.ts'
import { type ServerIdentity, survivors } from './take-over.ts'
import { createWatchdog } from './watchdog.ts'

export interface ServeParts {
  readonly settings: LinkSettings
  readonly events: LinkEvents
  readonly watch: Watch
  readonly outage: Outage
  /** What slow servers have taught; it outlives connections. */
  readonly portion: PortionSize
  /** The server that the subscriptions are of. */
  readonly server: ServerIdentity
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
    const { samplingIntervalMs, handles } = subscription
    if (subscriptions.get(samplingIntervalMs) !== subscription) return
    subscriptions.delete(samplingIntervalMs)
    outage.lost(
      silentSinceOf(subscription),
      reason,
      subscriptions.size === 0 ? 'all' : [...handles.keys()],
    )
    events.handOverChanged?.()
  }

  const miss = (subscription: Subscription, reason: string): void => {
    outage.lost(silentSinceOf(subscription), reason, [...subscription.handles.keys()])
    outage.connected()
  }

  const inbox: InboxParts = {
    republish: ({ id }, sequenceNumber) => republish(session, id, sequenceNumber),
    values: (values, safe) => events.values(values, microsOfMillis(Date.now()), safe),
    missed: (subscription, count) => miss(subscription, `${count} messages are missing`),
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
    acknowledgements: () =>
      [...subscriptions.values()].flatMap(({ id, ledger }) =>
        ledger.takeDue().map((sequenceNumber) => ({ subscriptionId: id, sequenceNumber })),
      ),
    unacknowledged(given) {
      for (const { id, ledger } of subscriptions.values()) {
        const own = given.filter(({ subscriptionId }) => subscriptionId === id)
        ledger.putBack(own.map(({ sequenceNumber }) => sequenceNumber))
      }
    },
    timeoutMs: () => 4 * Math.max(settings.silenceMs, ...[...subscriptions.values()].map(waitMs)),
    received({ subscriptionId, notificationMessage, availableSequenceNumbers }: PublishResponse) {
      // What the server sends before it closes the session at our wish belongs to the values; what
      // comes late of a connection that was given up is asked for again by the next one.
      if (ended && !signal.aborted) return
      hear(subscriptionId, notificationMessage, Array.from(availableSequenceNumbers ?? []))
    },
    failed: (status, reason) => {
      if (status !== 'BadNoSubscription') end.resolve(reason)
      else for (const one of [...subscriptions.values()]) inbox.ended(one, reason)
    },
  })

  const hear = (
    subscriptionId: number,
    message: NotificationMessage,
    available: readonly number[],
  ): void => {
    for (const subscription of subscriptions.values()) {
      if (subscription.id !== subscriptionId) continue
      subscription.heardAt = performance.now()
      subscription.silentSince = null
      subscription.ledger.available(available)
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
          changed() {
            publishing.fill()
            events.handOverChanged?.()
          },
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

  const goesOn = async (one: Subscription, available: readonly number[]): Promise<boolean> => {
    if (!connection.resumed && !(await speaksHere(one, available, inbox))) return false
    return one.isInherited ? catchUpInherited(one, available, inbox) : catchUp(one, inbox)
  }

  const takeOver = async (): Promise<void> => {
    const all = [...subscriptions.values()]
    const inheritance = settings.inheritance ?? null
    const rules = { outage, server: parts.server, inheritance, missed: miss }
    const kept = await survivors(connection, all, rules)
    const came = new Set(kept.map(({ subscription }) => subscription))
    for (const one of all) if (!came.has(one)) lose(one, anew)
    if (ended) return
    outage.connected()
    for (const { subscription: one, available } of kept) {
      if (!(await goesOn(one, available))) {
        lose(one, anew)
        await deleteSubscriptions(session, [one])
      }
      if (one.isInherited) one.silentSince = one.heardAt
      one.isInherited = false
      one.heardAt = performance.now()
    }
    if (all.length > 0) {
      const { endpoint } = settings
      const taken = { endpoint, subscriptions: subscriptions.size, of: all.length }
      parts.log.info(taken, 'OPC-UA subscriptions taken over')
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

const silentSinceOf = ({ silentSince, heardAt }: Subscription): number => silentSince ?? heardAt

const waitMs = ({ keepAliveMs }: Subscription): number => keepAliveMs

const anew = 'the subscription had to be made anew'
