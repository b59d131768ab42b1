import type { Micros } from '@mla/model'

/** Where a transition lies: also the order of transitions. As text it is a cursor. */
export interface AlarmPosition {
  readonly time: Micros
  /** Of who made it: when that process began, and the number of its batch. */
  readonly epoch: Micros
  readonly sequence: number
  readonly alarm: string
}

/** A change of an alarm. Equal positions are the same transition. */
export interface ArchivedTransition extends AlarmPosition {
  /** States as IAS names them; `from` is null for the first one. */
  readonly from: string | null
  readonly to: string
  readonly priority: string
  readonly validity: string
  readonly action: string | null
  readonly user: string | null
  readonly comment: string | null
  /** JSON: all that was to be said of the alarm from then on. */
  readonly details: string
}

export interface AlarmHistoryQuery {
  /** Null asks for all alarms. */
  readonly alarm: string | null
  /** The range is [from, to). */
  readonly from: Micros
  readonly to: Micros
  readonly order: 'newest' | 'oldest'
  /** Only what comes behind it in this order. */
  readonly after?: AlarmPosition | null
  readonly limit: number
}

/** The archive of alarm transitions: what it answers holds each once. */
export interface AlarmArchive {
  /** Resolves when they are durable. The same again changes nothing. */
  append(transitions: readonly ArchivedTransition[]): Promise<void>
  history(query: AlarmHistoryQuery): Promise<readonly ArchivedTransition[]>
  /** The last transition of each alarm at or before a time. */
  stateAt(at: Micros): Promise<readonly ArchivedTransition[]>
}
