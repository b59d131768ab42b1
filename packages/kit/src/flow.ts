import { MlaError } from '@mla/model'
import type { Log } from './log.ts'
import type { Count, Metrics } from './metrics.ts'

/** What came in, went on, and did not: the four metrics that every service has. */
export interface Flow {
  readonly received: Count
  readonly sent: Count
  /** By `reason`. */
  readonly rejected: Count
  /** By `code`, as packages/model lists them. */
  readonly errors: Count
}

/** What a record of the service is, in the words of its metrics' help. */
export interface FlowHelp {
  readonly received: string
  readonly sent: string
  readonly rejected: string
}

export function createFlow(metrics: Metrics, help: FlowHelp): Flow {
  return {
    received: metrics.counter('mla_records_received_total', help.received),
    sent: metrics.counter('mla_records_sent_total', help.sent),
    rejected: metrics.counter('mla_records_rejected_total', help.rejected, ['reason']),
    errors: metrics.counter('mla_errors_total', 'Failures, by error code', ['code']),
  }
}

/** What an error counts as in `mla_errors_total`. */
export const codeOf = (error: unknown): string =>
  error instanceof MlaError ? error.code : 'UNEXPECTED'

/** Counts and tells of a message that could not be decoded: what a bus calls as `onDeadLetter`. */
export function deadLetters({ rejected, errors }: Pick<Flow, 'rejected' | 'errors'>, log: Log) {
  rejected.add(0, { reason: 'dead-letter' })
  return (letter: { readonly code: string }): void => {
    rejected.add(1, { reason: 'dead-letter' })
    errors.add(1, { code: letter.code })
    log.warn({ ...letter }, 'a message that cannot be read went to the dead-letter topic')
  }
}
