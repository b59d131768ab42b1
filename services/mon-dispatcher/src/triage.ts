import type { LoggedBatch } from '@mla/archive'
import type { Message } from '@mla/bus'
import { type Sample, type SampleBatch, timeFlag } from '@mla/model'

export interface SortedBatch extends LoggedBatch {
  readonly source: string
}

export interface Triage {
  /** Every message by its offset; one that came before is empty, so that its position counts. */
  readonly batches: readonly SortedBatch[]
  readonly samples: number
  readonly redelivered: number
  readonly future: number
  readonly past: number
}

/**
 * What of a delivery goes on. Only redelivery is taken out: BAD samples and strange stamps are
 * data. Per-sample filters have run in the collector; what needs several samples (windows,
 * statistics, comparisons) is made in `process.ts`.
 */
export function triage(
  messages: readonly Message<SampleBatch>[],
  cameBefore: (batch: SampleBatch) => boolean,
): Triage {
  let [samples, redelivered, future, past] = [0, 0, 0, 0]
  const batches = messages.map(({ offset, appendTime, size, record }) => {
    const again = cameBefore(record)
    const kept: readonly Sample[] = again ? [] : record.samples
    if (again) redelivered += record.samples.length
    samples += kept.length
    for (const sample of kept) {
      const flag = timeFlag(sample)
      if (flag === 'future') future += 1
      else if (flag === 'past') past += 1
    }
    return { offset, appendTime, size, source: record.source, samples: kept }
  })
  return { batches, samples, redelivered, future, past }
}
