import { PublishRequest, type PublishResponse } from 'node-opcua-client'
import { isTimeout, messageOf, statusNameOf } from './failure.ts'
import type { RawSession } from './raw-session.ts'

export interface PublishingParts {
  readonly session: RawSession
  /** How many requests the server should hold for us; 0 while there is no subscription. */
  wanted(): number
  timeoutMs(): number
  received(response: PublishResponse): void
  /** The session, or all its subscriptions, are gone; nothing more is sent. */
  failed(status: string | null, reason: string): void
}

export interface Publishing {
  /** Sends as many requests as are wanted. */
  fill(): void
  acknowledge(subscriptionId: number, sequenceNumber: number): void
  /** Sends nothing more; what is on its way is handed over when it comes. */
  stop(): void
}

/** Keeps PublishRequests waiting at the server and hands over what it answers. */
export function createPublishing(parts: PublishingParts): Publishing {
  let acknowledgements: { subscriptionId: number; sequenceNumber: number }[] = []
  let waiting = 0
  /** What the server lets wait; it says so by BadTooManyPublishRequests. */
  let most = Number.POSITIVE_INFINITY
  let stopped = false

  const fail = (status: string | null, reason: string): void => {
    stopped = true
    parts.failed(status, reason)
  }

  const refused = (error: Error): void => {
    const status = statusNameOf(error)
    if (status === 'BadTooManyPublishRequests' && waiting > 0) most = waiting
    // The watchdog, not a timeout, tells whether the server is alive.
    else if (!isTimeout(error)) fail(status, messageOf(error))
  }

  const send = (): void => {
    const sent = acknowledgements
    acknowledgements = []
    waiting++
    const request = new PublishRequest({
      requestHeader: { timeoutHint: parts.timeoutMs() },
      subscriptionAcknowledgements: sent,
    })
    parts.session.publish(request, (error, response) => {
      waiting--
      if (response && !error) parts.received(response)
      if (stopped) return
      if (error) {
        acknowledgements.push(...sent)
        refused(error)
      }
      fill()
    })
  }

  const fill = (): void => {
    while (!stopped && waiting < Math.min(parts.wanted(), most)) send()
  }

  return {
    fill,
    acknowledge(subscriptionId, sequenceNumber) {
      acknowledgements.push({ subscriptionId, sequenceNumber })
    },
    stop() {
      stopped = true
    },
  }
}
