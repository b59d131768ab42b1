import { compileLogFilter, type LogArchive, type LogFilter } from '@mla/archive'
import { type LogRecord, type Micros, MlaError } from '@mla/model'
import type { RunningSubscription, SubscriptionSelection } from './graphql/area.ts'
import type { RequestContext } from './graphql/context.ts'
import { createLogQueue } from './log-queue.ts'
import type { LogTail } from './log-tail.ts'

export interface LogSubscriptionParts {
  readonly archive: Pick<LogArchive, 'search'>
  readonly tail: LogTail
  readonly now: () => Micros
  readonly rules: {
    readonly maxBuffered: number
    readonly stallMs: number
    readonly tickMs: number
  }
  readonly report: {
    subscriptions(change: 1 | -1): void
    clientClosed(reason: string): void
  }
}

const endless = new Promise<void>(() => {})
/** Records of history that a subscription begins with, at most: the newest. */
export const mostReplayed = 10_000
const mostWaiting = 20_000
const mostInMessage = 500
const tryAgainLater = 1013

/**
 * First the records since a time, then those that come, each once: what memory has of the last
 * moments is joined to the archive's answer in one turn with beginning to listen.
 */
export async function subscribeToLogs(
  { archive, tail, now, rules, report }: LogSubscriptionParts,
  { filter, since }: { readonly filter: LogFilter; readonly since: Micros | null },
  { live }: RequestContext,
  { responseKey, project }: SubscriptionSelection,
): Promise<RunningSubscription> {
  if (!live) throw new MlaError('QUERY_INVALID', 'a subscription needs a WebSocket')
  const { outlet, id } = live
  const { matches } = compileLogFilter(filter)
  const replayed = since === null ? [] : await newestSince(archive, filter, since)
  const known = new Set(replayed.map((record) => record.id))
  const isNew = (record: LogRecord): boolean =>
    since !== null && record.time >= since && !known.has(record.id) && matches(record)
  const recent = tail.recent().filter(isNew)
  // A bound over the oldest of the history: what memory has in addition is still newer.
  const queue = createLogQueue(Math.max(mostWaiting, replayed.length + recent.length))
  queue.push([...replayed, ...recent].sort((a, b) => a.time - b.time))
  const stopListening = tail.listen((records) => {
    const wanted = records.filter(matches)
    if (wanted.length > 0) queue.push(wanted)
  })

  const send = (records: readonly LogRecord[]): void => {
    const data = { [responseKey]: records.map(project) }
    outlet.send(JSON.stringify({ id, type: 'next', payload: { data } }))
  }
  let slowSince: number | null = null
  const flush = (): void => {
    while (queue.size > 0 && outlet.buffered <= rules.maxBuffered) {
      send(queue.take(mostInMessage, now()))
    }
    if (outlet.buffered <= rules.maxBuffered) slowSince = null
    else slowSince ??= performance.now()
    if (slowSince === null || performance.now() - slowSince < rules.stallMs) return
    slowSince = null
    report.clientClosed('stalled')
    outlet.close(tryAgainLater, `nothing was read for ${rules.stallMs / 1000} s`)
  }
  // The first message tells a client that all is well, also where there is nothing to tell.
  if (queue.size === 0) send([])
  else flush()
  const ticks = setInterval(flush, rules.tickMs)
  report.subscriptions(1)
  let isStopped = false
  return {
    ended: endless,
    stop() {
      if (isStopped) return
      isStopped = true
      clearInterval(ticks)
      stopListening()
      report.subscriptions(-1)
    },
  }
}

async function newestSince(
  archive: Pick<LogArchive, 'search'>,
  filter: LogFilter,
  since: Micros,
): Promise<LogRecord[]> {
  const found: LogRecord[] = []
  const range = { from: since, to: Number.MAX_SAFE_INTEGER }
  for await (const page of archive.search({ ...range, filter, order: 'newest' })) {
    found.push(...page)
    if (found.length >= mostReplayed) break
  }
  return found.slice(0, mostReplayed).reverse()
}
