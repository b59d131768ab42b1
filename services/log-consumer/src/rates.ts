import type { LogRate } from '@mla/cdb'
import { type Micros, microsPerSecond, rankOf, type Sample, status } from '@mla/model'
import { namesSource } from './selection.ts'
import type { Counts } from './sift.ts'

/** Counts records for the monitoring points that the configuration makes of them. */
export interface Rates {
  /** Takes other rules; points that stay keep their count. */
  configure(rules: readonly LogRate[]): void
  count(counts: Counts): void
  /** The samples that are due, each of the time since the one before. */
  due(now: Micros): Sample[]
}

interface Counter {
  readonly rule: LogRate
  since: Micros
  records: number
}

export function createRates(start: Micros): Rates {
  let counters: Counter[] = []
  let newest = start
  return {
    configure(rules) {
      counters = rules.map((rule) => {
        const known = counters.find((counter) => counter.rule.point === rule.point)
        return { rule, since: known?.since ?? newest, records: known?.records ?? 0 }
      })
    },
    count(counts) {
      for (const counter of counters) {
        const { sources, minPriority } = counter.rule
        for (const [source, ranks] of counts) {
          if (sources !== null && !sources.some((name) => namesSource(name, source))) continue
          for (let rank = rankOf(minPriority); rank < ranks.length; rank++) {
            counter.records += ranks[rank] as number
          }
        }
      }
    },
    due(now) {
      newest = Math.max(newest, now)
      return counters.flatMap((counter) => {
        const { rule, since, records } = counter
        if (now - since < rule.everyMicros) return []
        counter.since = now
        counter.records = 0
        return [sampleOf(rule.point, now, (records * microsPerSecond) / (now - since))]
      })
    },
  }
}

const sampleOf = (point: string, time: Micros, value: number): Sample => ({
  ...{ point, sourceTime: time, serverTime: null, collectedTime: time, type: 'double', value },
  ...{ text: null, status: status.good },
})
