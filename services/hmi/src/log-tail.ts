import { type Bus, logLive } from '@mla/bus'
import { retry } from '@mla/kit'
import { createRedelivery, type LogRecord, type Micros } from '@mla/model'

/** The newest live records in memory, and whoever listens to what comes. */
export interface LogTail {
  /** In order of arrival. */
  recent(): readonly LogRecord[]
  listen(listener: (records: readonly LogRecord[]) => void): () => void
}

export interface LogTailParts {
  readonly bus: Pick<Bus, 'follow'>
  readonly signal: AbortSignal
  readonly now: () => Micros
  readonly failed: (error: unknown, what: string) => void
}

/** Far more than the archive is behind; a record takes some 500 bytes. */
const mostRecent = 20_000
const lookBack: Micros = 60_000_000

/** Follows `log.live` until aborted. What comes twice on the bus comes once from here. */
export function followLogs({ bus, signal, now, failed }: LogTailParts): LogTail {
  let recent: LogRecord[] = []
  const listeners = new Set<(records: readonly LogRecord[]) => void>()
  const isRedelivered = createRedelivery()
  let start = now() - lookBack

  const take = (records: readonly LogRecord[]): void => {
    recent.push(...records)
    // Cut seldom: each cut copies.
    if (recent.length > 2 * mostRecent) recent = recent.slice(-mostRecent)
    for (const listener of listeners) listener(records)
  }
  const follow = async (): Promise<void> => {
    for await (const followed of bus.follow(logLive, start, signal)) {
      if (followed.kind === 'caught-up') continue
      for (const { record, appendTime } of followed.messages) {
        start = Math.max(start, appendTime - lookBack)
        if (!isRedelivered(record)) take(record.records)
      }
    }
  }
  retry(follow, signal, (error) => failed(error, 'live logs are away; trying again')).catch(
    (error: unknown) => signal.aborted || failed(error, 'live logs are not followed'),
  )
  return {
    recent: () => recent,
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
