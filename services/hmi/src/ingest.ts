import type { Bus, Topic } from '@mla/bus'
import { retry } from '@mla/kit'
import { createRedelivery, type Micros, type SampleBatch } from '@mla/model'
import type { FanOut } from './fan-out.ts'
import type { HotStore } from './hot-store.ts'

import type { Report } from './report.ts'

export interface IngestParts {
  readonly bus: Pick<Bus, 'follow'>
  readonly topic: Topic<SampleBatch>
  readonly hot: HotStore
  readonly fanOut: FanOut
  readonly report: Report
  /** Called once, when what was on the bus at the start is in memory. */
  caughtUp(): void
}

/** What waits so long comes in fewer pieces; a page draws no faster. */
const soon = { fetchBytes: 64 * 1024, fetchWithinMs: 50 }

/** Read again when the bus was away; what comes twice of it is recognised. */
const overlapMicros = 60_000_000

/** Takes every sample from the bus to memory and to whoever listens, until aborted. */
export async function ingest(
  parts: IngestParts,
  since: Micros,
  signal: AbortSignal,
): Promise<void> {
  const { bus, topic, hot, fanOut, report, caughtUp } = parts
  const isRedelivered = createRedelivery()
  let start = since

  const follow = async () => {
    for await (const followed of bus.follow(topic, start, signal, soon)) {
      if (followed.kind === 'caught-up') {
        caughtUp()
        continue
      }
      for (const { record, appendTime } of followed.messages) {
        report.received(record.samples.length)
        if (isRedelivered(record)) {
          report.redelivered(record.samples.length)
          continue
        }
        for (const sample of record.samples) {
          if (hot.append(sample, appendTime)) fanOut.publish(sample)
          else report.noRoom(1)
        }
      }
      hot.trim()
    }
  }
  const failed = (error: unknown) => {
    report.failed(error, 'the bus is away; trying again')
    start = Math.max(since, hot.figures.newest - overlapMicros)
  }
  await retry(follow, signal, failed).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
