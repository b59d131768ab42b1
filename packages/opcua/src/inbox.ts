import {
  DataChangeNotification,
  type NotificationMessage,
  StatusChangeNotification,
} from 'node-opcua-client'
import { readDataChange } from './data-change.ts'
import type { NodeValue } from './port.ts'
import { turnOf } from './sequence.ts'
import type { Republished, Subscription } from './subscription.ts'

export interface InboxParts {
  republish(subscription: Subscription, sequenceNumber: number): Promise<Republished>
  acknowledge(subscription: Subscription, sequenceNumber: number): void
  values(values: readonly NodeValue[]): void
  /** Messages are missing and the server cannot send them again. */
  missed(subscription: Subscription, count: number): void
  /** The server has given the subscription up. */
  ended(subscription: Subscription, reason: string): void
  failed(error: unknown): void
}

/** More missing than this is not fetched one by one: the server keeps no such store. */
const mostFetched = 100

/** Takes a message in: once, in order, and what is missing before it is fetched first. */
export function take(
  subscription: Subscription,
  message: NotificationMessage,
  parts: InboxParts,
): void {
  if (subscription.heldBack !== null) {
    subscription.heldBack.push(message)
    return
  }
  const keepAlive = !message.notificationData?.length
  const turn = turnOf(subscription.lastSequence, message.sequenceNumber, keepAlive)
  if (turn.turn === 'early') {
    subscription.heldBack = [message]
    fetchMissing(subscription, turn.from, turn.missing, parts).catch(parts.failed)
    return
  }
  if (keepAlive) return
  parts.acknowledge(subscription, message.sequenceNumber)
  if (turn.turn === 'next') deliver(subscription, message, parts)
}

async function fetchMissing(
  subscription: Subscription,
  from: number,
  missing: number,
  parts: InboxParts,
): Promise<void> {
  let fetched = 0
  for (; fetched < Math.min(missing, mostFetched); fetched++) {
    const answer = await parts.republish(subscription, (from + fetched) >>> 0)
    if (answer.kind !== 'message') break
    parts.acknowledge(subscription, answer.message.sequenceNumber)
    deliver(subscription, answer.message, parts)
  }
  if (fetched < missing) parts.missed(subscription, missing - fetched)
  const held = subscription.heldBack ?? []
  subscription.heldBack = null
  subscription.lastSequence = (from + missing - 1) >>> 0
  for (const message of held) take(subscription, message, parts)
}

/**
 * After a cut: everything the server has sent since the last message that was delivered. It comes
 * before any PublishRequest, or newer values would overtake it. False when the server no longer
 * has the subscription.
 */
export async function catchUp(subscription: Subscription, parts: InboxParts): Promise<boolean> {
  subscription.heldBack = null
  for (;;) {
    const answer = await parts.republish(subscription, (subscription.lastSequence + 1) >>> 0 || 1)
    if (answer.kind === 'gone') return false
    if (answer.kind === 'none') return true
    const before = subscription.lastSequence
    parts.acknowledge(subscription, answer.message.sequenceNumber)
    deliver(subscription, answer.message, parts)
    // A server that answers without end, always the same, must not hold us here.
    if (subscription.lastSequence === before) return true
  }
}

function deliver(
  subscription: Subscription,
  message: NotificationMessage,
  parts: InboxParts,
): void {
  subscription.lastSequence = message.sequenceNumber
  const values: NodeValue[] = []
  let ended: string | null = null
  for (const notification of message.notificationData ?? []) {
    if (notification instanceof DataChangeNotification) {
      read(subscription, notification, values, parts)
    } else if (
      notification instanceof StatusChangeNotification &&
      notification.status.isNotGood()
    ) {
      ended = notification.status.name
    }
  }
  if (values.length > 0) parts.values(values)
  if (ended !== null) parts.ended(subscription, ended)
}

/** A message that cannot be read is told; the values before the broken place are kept. */
function read(
  { items }: Subscription,
  notification: DataChangeNotification,
  values: NodeValue[],
  parts: InboxParts,
): void {
  try {
    readDataChange(notification, (handle) => items.get(handle)?.node.key, values)
  } catch (error) {
    parts.failed(error)
  }
}
