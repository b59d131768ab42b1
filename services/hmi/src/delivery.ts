import type { GraphQLFormattedError } from 'graphql'
import type { ClientQueue, ShownSample } from './client-queue.ts'
import type { Projection } from './graphql/area.ts'
import type { Outlet } from './outlet.ts'
import type { Report } from './report.ts'
import { createSampleTexts, type SampleTexts } from './sample-texts.ts'

export interface DeliveryRules {
  /** Bytes unsent to a client from which on it is slow. */
  readonly maxBuffered: number
  /** A client that is slow for so long is closed. */
  readonly stallMs: number
}

/** Brings what waits in one subscription's queue to its client. */
export interface Delivery {
  /** One message with all of these, whatever waits. */
  sendNow(samples: readonly ShownSample[], errors?: readonly GraphQLFormattedError[]): void
  flush(now: number, texts: SampleTexts): void
  readonly queue: ClientQueue
  /** True when anything was sent. */
  readonly started: boolean
}

/** RFC 6455's "try again later": clients connect anew. */
const tryAgainLater = 1013
/** Samples of one message; a larger one would hold up those of other subscriptions. */
const maxBatch = 1_000

export function createDelivery(
  to: { readonly outlet: Outlet; readonly id: string; readonly responseKey: string },
  project: Projection,
  queue: ClientQueue,
  rules: DeliveryRules,
  report: Report,
): Delivery {
  const { outlet } = to
  const start = `{"id":${JSON.stringify(to.id)},"type":"next","payload":{"data":{${JSON.stringify(to.responseKey)}:[`
  let slowSince: number | null = null
  let started = false

  const send = (
    samples: readonly ShownSample[],
    texts: SampleTexts,
    errors: readonly GraphQLFormattedError[] = [],
  ): void => {
    const items = samples.map((sample) => texts.of(sample, project)).join(',')
    const end = errors.length > 0 ? `]},"errors":${JSON.stringify(errors)}}}` : ']}}}'
    outlet.send(start + items + end)
    started = true
    report.delivered(samples)
  }

  return {
    queue,
    get started() {
      return started
    },
    sendNow: (samples, errors) => send(samples, createSampleTexts(), errors),
    flush(now, texts) {
      while (queue.size > 0 && outlet.buffered <= rules.maxBuffered) {
        slowSince = null
        send(queue.take(maxBatch), texts)
      }
      if (outlet.buffered <= rules.maxBuffered) slowSince = null
      else if (slowSince === null) slowSince = now
      else if (now - slowSince >= rules.stallMs) {
        slowSince = now
        report.clientClosed('stalled')
        outlet.close(tryAgainLater, `nothing was read for ${rules.stallMs / 1000} s`)
      }
    },
  }
}

/** All deliveries there are, flushed together so that they share their texts. */
export interface Deliveries {
  add(delivery: Delivery): void
  remove(delivery: Delivery): void
  flush(now: number): void
  readonly size: number
}

export function createDeliveries(): Deliveries {
  const all = new Set<Delivery>()
  const texts = createSampleTexts()
  return {
    add: (delivery) => void all.add(delivery),
    remove: (delivery) => void all.delete(delivery),
    flush(now) {
      for (const delivery of all) delivery.flush(now, texts)
      texts.clear()
    },
    get size() {
      return all.size
    },
  }
}
