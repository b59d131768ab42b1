import { type Bus, monSamples } from '@mla/bus'
import { type LogRate, logRateSource } from '@mla/cdb'
import type { Micros } from '@mla/model'
import { createRates } from './rates.ts'
import type { Report } from './report.ts'
import type { Counts } from './sift.ts'

export interface RatePublisher {
  configure(rules: readonly LogRate[]): void
  count(counts: Counts): void
  /** Sends the samples that are due, in a lane of their own. */
  publish(): Promise<void>
}

export function createRatePublisher(parts: {
  readonly bus: Pick<Bus, 'publish'>
  readonly report: Pick<Report, 'notPublished'>
  readonly instance: string
  readonly now: () => Micros
}): RatePublisher {
  const { bus, report, instance, now } = parts
  const epoch = now()
  const rates = createRates(epoch)
  let sequence = 0
  return {
    configure: rates.configure,
    count: rates.count,
    async publish() {
      const samples = rates.due(now())
      if (samples.length === 0) return
      const lane = `${logRateSource}.${instance}`
      const batch = {
        ...{ collector: instance, epoch, sequence: sequence++ },
        ...{ source: logRateSource, lane, samples },
      }
      await bus.publish(monSamples, [{ key: lane, record: batch }]).catch((error: unknown) => {
        report.notPublished(error, 'rates of log records', samples.length)
      })
    },
  }
}
