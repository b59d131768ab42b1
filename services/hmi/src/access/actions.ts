import { type Bus, logRecords } from '@mla/bus'
import { retry } from '@mla/kit'
import { type LogBatch, type LogRecord, type LogValue, microsOfMillis } from '@mla/model'
import type { Report } from '../report.ts'
import { createRateLimit } from './rate-limit.ts'

/** Something that somebody did, or wanted to do, through the HMI. */
export interface Action {
  /** What: a mutation's name, `login`, `download`. */
  readonly action: string
  readonly user: string
  readonly role?: string
  /** The address that it came from. */
  readonly from: string
  readonly outcome: 'done' | 'failed' | 'refused'
  /** With what arguments; secrets are not in it. */
  readonly arguments?: string
  /** Why it failed or was refused. */
  readonly reason?: string
}

/**
 * The user-action log: each action is a record of the source `mla/actions` on `log.records`,
 * archived and searched like any other.
 */
export interface Actions {
  record(action: Action): void
}

export interface ActionsParts {
  readonly bus: Pick<Bus, 'publish'>
  readonly instance: string
  readonly signal: AbortSignal
  readonly nowMs: () => number
  readonly report: Pick<Report, 'acted' | 'actionsDropped' | 'failed'>
}

export const actionSource = 'mla/actions'
const mostWaiting = 10_000
const mostInBatch = 200
/** Refusals of one address that are recorded; a flood of them is counted instead. */
const refusals = { perSecond: 1, burst: 100, most: 10_000 }

export function createActions(parts: ActionsParts): Actions & AsyncDisposable {
  const { bus, instance, signal, nowMs, report } = parts
  const floods = createRateLimit(refusals)
  const folded = new Map<string, number>()
  const waiting: LogRecord[] = []
  const epoch = microsOfMillis(nowMs())
  let sequence = 0
  let sending: Promise<void> | null = null

  async function send(): Promise<void> {
    while (waiting.length > 0) {
      const records = waiting.slice(0, mostInBatch)
      const lane = actionSource
      const record: LogBatch = {
        ...{ collector: instance, epoch, sequence: sequence++, lane },
        records,
      }
      await retry(
        () => bus.publish(logRecords, [{ key: lane, record }]),
        signal,
        (error) => report.failed(error, 'user actions wait for the bus'),
      )
      waiting.splice(0, records.length)
    }
  }
  const begin = (): void => {
    sending ??= send()
      .catch((error: unknown) => {
        report.actionsDropped(waiting.length)
        waiting.length = 0
        report.failed(error, 'user actions are not recorded')
      })
      .finally(() => {
        sending = null
        if (waiting.length > 0 && !signal.aborted) begin()
      })
  }

  return {
    record(action) {
      const { from } = action
      if (action.outcome === 'refused' && !floods.take(from, nowMs())) {
        folded.set(from, (folded.get(from) ?? 0) + 1)
        if (folded.size > refusals.most) folded.delete(folded.keys().next().value as string)
        return
      }
      const more = folded.get(from) ?? 0
      folded.delete(from)
      report.acted(action, more)
      if (waiting.length >= mostWaiting) {
        waiting.shift()
        report.actionsDropped(1)
      }
      waiting.push(recordOf(action, more, microsOfMillis(nowMs())))
      begin()
    },
    async [Symbol.asyncDispose]() {
      await sending
    },
  }
}

/** An action in a sentence; also what the process's own log says. */
export function wordsOf({ action, user, outcome, reason, ...more }: Action): string {
  const given = more.arguments ? ` ${more.arguments}` : ''
  const why = reason ? `: ${reason}` : ''
  if (outcome === 'done') return `${user}: ${action}${given}`
  return `${user}: ${action}${given} ${outcome}${why}`
}

function recordOf(action: Action, more: number, time: number): LogRecord {
  const values: Readonly<Record<string, LogValue | undefined>> = {
    ...action,
    folded: more > 0 ? more : undefined,
  }
  const fields = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : { name, value },
  )
  return {
    ...{ time, receivedTime: time, source: actionSource, host: null, process: 'hmi' },
    priority: action.outcome === 'refused' ? 'WARNING' : 'NOTICE',
    ...{ thread: null, file: null, line: null, routine: action.action, audience: 'Operator' },
    ...{ message: wordsOf(action), fields, raw: null, id: null },
  }
}

const secrets = /password|secret|token|code/i
const longest = 200

/** Arguments as they are recorded: no secrets, and no more than a line. */
export function shownArguments(given: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(given).flatMap(([name, value]) => {
    if (value === null || value === undefined) return []
    if (secrets.test(name)) return [`${name}=…`]
    const isLong = Array.isArray(value) && value.length > 20
    const text = isLong ? `${value.length} items` : JSON.stringify(shortened(value))
    return [`${name}=${text.length > longest ? `${text.slice(0, longest)}…` : text}`]
  })
  return parts.join(' ')
}

/** A file's text is its size; the configuration's versions hold the text itself. */
function shortened(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.length > longest ? `${value.slice(0, longest)}…` : value
  }
  if (Array.isArray(value)) return value.map(shortened)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, name === 'text' ? '…' : shortened(one)]),
  )
}
