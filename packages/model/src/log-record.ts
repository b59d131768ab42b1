import type { Micros } from './time.ts'

/** The least important first; the order that filters compare by. */
export const priorities = [
  'TRACE',
  'DEBUG',
  'INFO',
  'NOTICE',
  'WARNING',
  'ERROR',
  'CRITICAL',
  'ALERT',
  'EMERGENCY',
] as const
export type Priority = (typeof priorities)[number]

export const isPriority = (text: string): text is Priority =>
  (priorities as readonly string[]).includes(text)

/** 0 for TRACE to 8 for EMERGENCY. */
export const rankOf = (priority: Priority): number => priorities.indexOf(priority)

/** A whole number is one beyond 2^53 as its digits. */
export type LogValue = null | boolean | number | string

export interface LogField {
  readonly name: string
  readonly value: LogValue
}

export interface LogRecord {
  /** When the sender says it happened; the received time where it does not say. */
  readonly time: Micros
  readonly receivedTime: Micros
  readonly priority: Priority
  /** The log source in the configuration, maybe with a host or process behind a slash. */
  readonly source: string
  readonly host: string | null
  readonly process: string | null
  readonly thread: string | null
  readonly file: string | null
  readonly line: number | null
  readonly routine: string | null
  readonly audience: string | null
  readonly message: string
  /** In the sender's order; a name may come twice. */
  readonly fields: readonly LogField[]
  /** The bytes as they came, where the record does not say all that was in them. */
  readonly raw: Uint8Array | null
  /** Where it lies in the archive; null on the way there. */
  readonly id: string | null
}

/** Records of one lane in the order of arrival, and what recognises a second delivery of them. */
export interface LogBatch {
  readonly collector: string
  readonly epoch: Micros
  readonly sequence: number
  readonly lane: string
  readonly records: readonly LogRecord[]
}

/** Names the field of a record that was kept although it was not, or not wholly, understood. */
export const parseProblem = 'parseProblem'
