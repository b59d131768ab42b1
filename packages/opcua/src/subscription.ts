import { type NotificationMessage, RepublishRequest } from 'node-opcua-client'
import { codeOfStatus, statusNameOf } from './failure.ts'
import type { LinkEvents, LinkSettings, WatchedNode } from './port.ts'
import type { RawSession } from './raw-session.ts'

/** A subscription as the server has it: made for one sampling interval, which its items may leave. */
export interface Subscription {
  readonly samplingIntervalMs: number
  readonly id: number
  /** The server speaks at least this often, with or without values. */
  readonly keepAliveMs: number
  /** By the client handle, which every value carries. */
  readonly items: Map<number, Item>
  readonly handles: Map<string, number>
  lastHandle: number
  /** The sequence number of the last message delivered; 0 before the first. */
  lastSequence: number
  /** Messages that came while the ones before them are being fetched again. */
  heldBack: NotificationMessage[] | null
  /** On the clock of performance.now(). */
  heardAt: number
  /** True when the server may have items that we know nothing of: not to be used again. */
  spoiled: boolean
}

export interface Item {
  /** As it is watched; another interval may come to it in its place. */
  node: WatchedNode
  monitoredItemId: number
}

/** The server drops a subscription that nobody asks for this long; time to come back in. */
const lifetimeMs = 120_000
/** Bounds a message, so that decoding one never holds up the process for long. */
const maxValuesPerMessage = 2_000

/** Slowly sampled values need not be asked for as often as fast ones. */
const publishingIntervalOf = (samplingIntervalMs: number, settings: LinkSettings): number =>
  Math.max(settings.publishingIntervalMs, Math.min(samplingIntervalMs / 4, 5_000))

export async function createSubscription(
  session: RawSession,
  samplingIntervalMs: number,
  settings: LinkSettings,
  revised: LinkEvents['revised'],
): Promise<Subscription> {
  const publishing = publishingIntervalOf(samplingIntervalMs, settings)
  const keepAlives = Math.max(1, Math.floor(settings.silenceMs / 3 / publishing))
  const lifetime = Math.max(3 * keepAlives, Math.ceil(lifetimeMs / publishing))
  const granted = await session.createSubscription({
    requestedPublishingInterval: publishing,
    requestedLifetimeCount: lifetime,
    requestedMaxKeepAliveCount: keepAlives,
    maxNotificationsPerPublish: maxValuesPerMessage,
    publishingEnabled: true,
    priority: 0,
  })
  const what = (name: string): string => `${name} of the ${samplingIntervalMs} ms subscription`
  const compare = (name: string, wanted: number, got: number): void => {
    if (wanted !== got) revised(what(name), wanted, got)
  }
  compare('publishing interval (ms)', publishing, granted.revisedPublishingInterval)
  compare('keep-alive count', keepAlives, granted.revisedMaxKeepAliveCount)
  compare('lifetime count', lifetime, granted.revisedLifetimeCount)
  return {
    samplingIntervalMs,
    id: granted.subscriptionId,
    keepAliveMs: granted.revisedPublishingInterval * granted.revisedMaxKeepAliveCount,
    items: new Map(),
    handles: new Map(),
    lastHandle: 0,
    lastSequence: 0,
    heldBack: null,
    heardAt: performance.now(),
    spoiled: false,
  }
}

/** Deletes on the server; one that the server no longer knows is deleted. */
export async function deleteSubscriptions(
  session: RawSession,
  subscriptions: readonly Subscription[],
): Promise<void> {
  if (subscriptions.length === 0) return
  const subscriptionIds = subscriptions.map(({ id }) => id)
  await session.deleteSubscriptions({ subscriptionIds }).catch((error: unknown) => {
    if (statusNameOf(error) !== 'BadSubscriptionIdInvalid') throw error
  })
}

/** Moves subscriptions of a session that is gone to a new one; answers those that came along. */
export async function transferSubscriptions(
  session: RawSession,
  subscriptions: readonly Subscription[],
): Promise<readonly Subscription[]> {
  if (subscriptions.length === 0) return []
  const subscriptionIds = subscriptions.map(({ id }) => id)
  try {
    const answer = await session.transferSubscriptions({
      subscriptionIds,
      sendInitialValues: false,
    })
    const results = answer.results ?? []
    return subscriptions.filter((_, i) => results[i]?.statusCode.isGood())
  } catch {
    // Many servers do not know the service; the subscriptions are then made anew.
    return []
  }
}

export type Republished =
  | { readonly kind: 'message'; readonly message: NotificationMessage }
  /** The server does not have it, or not any more. */
  | { readonly kind: 'none' }
  /** The server does not have the subscription any more. */
  | { readonly kind: 'gone' }

/** Fetches a message once more. Throws what is neither here nor there: a broken connection. */
export function republish(
  session: RawSession,
  subscriptionId: number,
  retransmitSequenceNumber: number,
): Promise<Republished> {
  const request = new RepublishRequest({ subscriptionId, retransmitSequenceNumber })
  return new Promise((resolve, reject) => {
    session.republish(request, (error, response) => {
      const message = error ? undefined : response?.notificationMessage
      // asyncua answers Good with an empty message for one that it does not have.
      if (message) {
        const found = message.sequenceNumber === retransmitSequenceNumber
        resolve(
          found && message.notificationData?.length
            ? { kind: 'message', message }
            : { kind: 'none' },
        )
      } else {
        const status = statusNameOf(error)
        if (status === 'BadSubscriptionIdInvalid' || status === 'BadNoSubscription') {
          resolve({ kind: 'gone' })
        } else if (status !== null && answers.has(codeOfStatus(status))) resolve({ kind: 'none' })
        else reject(error ?? new Error('empty answer to Republish'))
      }
    })
  })
}

const answers = new Set(
  [
    'BadMessageNotAvailable',
    'BadSequenceNumberUnknown',
    'BadServiceUnsupported',
    'BadNotImplemented',
    'BadNotSupported',
  ].map(codeOfStatus),
)
