import type { Micros } from '@mla/model'
import type { Alarm } from './alarm-state.ts'
import { type IasType, type IasValue, type Mode, noProperties, type Properties } from './iasio.ts'
import { type Done, type OperatorState, untouched } from './operator.ts'
import { never } from './transfer-function.ts'

/**
 * Where a DASU keeps one IASIO: an input from outside or the output of an ASCE. Written in place
 * and read by the transfer functions, so that an evaluation makes no objects.
 */
export interface Slot {
  readonly id: string
  readonly type: IasType
  value: IasValue | null
  mode: Mode
  properties: Properties
  time: Micros
  reliableUntil: Micros
  /** The running id that it came with; null for what this DASU makes, and before it came. */
  runningId: string | null
  /** A change that no evaluation has seen yet: another one must not cover it. */
  isPending: boolean
}

export const createSlot = (id: string, type: IasType): Slot => ({
  ...{ id, type, value: null, mode: 'UNKNOWN', properties: noProperties },
  ...{ time: 0, reliableUntil: -never, runningId: null, isPending: false },
})

/** An output that goes out, and what is known of it outside. */
export interface Published {
  readonly slot: Slot
  /** The rank of the ASCE that makes it. */
  readonly rank: number
  readonly fullRunningId: string
  readonly suppressor: Slot | null
  operator: OperatorState
  /** What was done to it since it was sent. */
  done: Done | null
  /** What was sent last; `sentAt` is null before the first time. */
  sentAt: Micros | null
  sentValue: IasValue | null
  sentMode: Mode
  sentProperties: Properties
  sentReliable: boolean
  sentSuppressed: boolean
  sentOperator: OperatorState
  sentAlarm: Alarm | null
  /** Since when the alarm that was sent last is so, and when it was set last. */
  since: Micros | null
  setSince: Micros | null
  isDirty: boolean
}

export const createPublished = (
  slot: Slot,
  rank: number,
  fullRunningId: string,
  suppressor: Slot | null,
): Published => ({
  ...{ slot, rank, fullRunningId, suppressor, operator: untouched, done: null, sentAt: null },
  ...{ sentValue: null, sentMode: 'UNKNOWN', sentProperties: noProperties, sentReliable: false },
  ...{ sentSuppressed: false, sentOperator: untouched, sentAlarm: null, isDirty: false },
  ...{ since: null, setSince: null },
})
