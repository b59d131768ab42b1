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
