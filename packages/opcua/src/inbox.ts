import {
  DataChangeNotification,
  type NotificationMessage,
  StatusChangeNotification,
} from 'node-opcua-client'
import { readDataChange } from './data-change.ts'
import { unsafeOf } from './ledger.ts'
import type { NodeValue } from './port.ts'
import { turnOf } from './sequence.ts'
import type { Republished, Subscription } from './subscription.ts'

export interface InboxParts {
  republish(subscription: Subscription, sequenceNumber: number): Promise<Republished>
  /** `safe` is called when none of them can be lost any more. */
  values(values: readonly NodeValue[], safe: () => void): void
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
  if (turn.turn === 'next') deliver(subscription, message, parts)
  else subscription.ledger.repeated(message.sequenceNumber)
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
    if (answer.kind !== 'message') return true
    const before = subscription.lastSequence
    deliver(subscription, answer.message, parts)
    // A server that answers without end, always the same, must not hold us here.
    if (subscription.lastSequence === before) return true
  }
}

/**
 * Whether a subscription that the server says it has handed to this session will speak in it.
 * asyncua 2.1 says Good and goes on to wait for PublishRequests of the session that is gone; it
 * is known by what it answers for a message that nobody can have: Good, and an empty one.
 */
export async function speaksHere(
  subscription: Subscription,
  available: readonly number[],
  parts: Pick<InboxParts, 'republish'>,
): Promise<boolean> {
  const nobodys = ((available.at(-1) ?? subscription.lastSequence) + 0x40000000) >>> 0 || 1
  const { kind } = await parts.republish(subscription, nobodys)
  return kind !== 'empty' && kind !== 'gone'
}

/**
 * Of a subscription that another link had: the messages that were not safe with it come first, those
 * that were are acknowledged. False when the server no longer has the subscription.
 */
export async function catchUpInherited(
  subscription: Subscription,
  available: readonly number[],
  parts: InboxParts,
): Promise<boolean> {
  const { ledger } = subscription
  const unsafe = unsafeOf(available, ledger.progress())
  for (const one of available) if (!unsafe.includes(one)) ledger.settled(one)
  let missed = 0
  for (const one of unsafe) {
    const answer = await parts.republish(subscription, one)
    if (answer.kind === 'gone') return false
    if (answer.kind === 'message') deliver(subscription, answer.message, parts)
    else missed++
  }
  if (missed > 0) parts.missed(subscription, missed)
  // What it told the session that is gone may have taken a number that nobody will see.
  subscription.lastSequence = 0
  return true
}

function deliver(
  subscription: Subscription,
  message: NotificationMessage,
  parts: InboxParts,
): void {
  const { ledger } = subscription
  const { sequenceNumber } = message
  subscription.lastSequence = sequenceNumber
  ledger.delivered(sequenceNumber)
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
  if (values.length > 0) parts.values(values, () => ledger.settled(sequenceNumber))
  else ledger.settled(sequenceNumber)
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
