import type { LogRecord, Micros } from '@mla/model'

/** What waits for one client: a bound, beyond which the oldest goes, counted and told. */
export interface LogQueue {
  push(records: readonly LogRecord[]): void
  /** Takes at most so many; the first says how many were left out, if any were. */
  take(most: number, now: Micros): LogRecord[]
  readonly size: number
}

export function createLogQueue(mostRecords: number): LogQueue {
  let waiting: LogRecord[] = []
  let missed = 0
  let told = 0
  return {
    push(records) {
      waiting.push(...records)
      const excess = waiting.length - mostRecords
      if (excess <= 0) return
      missed += excess
      waiting = waiting.slice(excess)
    },
    take(most, now) {
      const taken: LogRecord[] = []
      if (missed > 0) taken.push(missedRecord(missed, now, told++))
      missed = 0
      taken.push(...waiting.splice(0, most - taken.length))
      return taken
    },
    get size() {
      return waiting.length + (missed > 0 ? 1 : 0)
    },
  }
}

/** In the stream itself, so that whoever looks at it sees it. */
const missedRecord = (count: number, now: Micros, number: number): LogRecord => ({
  ...{ id: `missed.${now}.${number}`, time: now, receivedTime: now, priority: 'NOTICE' },
  ...{ source: 'mla/hmi', host: null, process: 'hmi', thread: null, file: null, line: null },
  ...{ routine: null, audience: null, raw: null },
  message: `${count} records were left out here, since this client was too slow for them`,
  fields: [{ name: 'missed', value: count }],
})
