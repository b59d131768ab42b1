import type { Micros } from '@mla/model'
import { asceStates } from './asce.ts'
import type { DasuPlan } from './dasu-plan.ts'
import {
  type IasValue,
  isAlarm,
  type Mode,
  modes,
  type Properties,
  sameProperties,
} from './iasio.ts'
import { type OperatorState, untouched } from './operator.ts'
import type { Published, Slot } from './slot.ts'
import { never, type State } from './transfer-function.ts'
import { formatIasValue, parseIasValue } from './value-text.ts'

/** All that a DASU knows, as JSON: a successor that has it goes on as if nothing had been. */
export interface DasuSnapshot {
  readonly version: 1
  readonly dasu: string
  readonly slots: Readonly<Record<string, SlotSnapshot>>
  readonly asces: Readonly<Record<string, AsceSnapshot>>
  readonly sent: Readonly<Record<string, SentSnapshot>>
  readonly runAt: Micros | null
  readonly lastRun: Micros | null
  readonly nextSend: Micros | null
}

export interface SlotSnapshot {
  /** As IAS writes it; null before the first. */
  readonly value: string | null
  readonly mode: string
  readonly properties: Properties
  readonly time: Micros
  /** Null for "not reliable"; the text "always" for "whatever comes". */
  readonly reliableUntil: Micros | null | 'always'
  readonly runningId: string | null
  readonly isPending: boolean
}

export interface AsceSnapshot {
  readonly transferFunction: string
  readonly properties: Readonly<Record<string, string>>
  readonly state: string
  readonly fault: string | null
  readonly slowSince: Micros | null
  readonly reliableFrom: readonly number[] | null
  readonly isHeld: boolean
  readonly reading: string
  readonly due: Micros | null
  readonly isDirty: boolean
  readonly function: State | null
}

export interface SentSnapshot {
  readonly operator: OperatorState
  readonly sentAt: Micros | null
  readonly value: string | null
  readonly mode: string
  readonly properties: Properties
  readonly isReliable: boolean
  readonly isSuppressed: boolean
  readonly operatorIsSent: boolean
  readonly since?: Micros | null
  readonly setSince?: Micros | null
}

interface Times {
  readonly runAt: Micros
  readonly lastRun: Micros
  readonly nextSend: Micros
}

interface Schedule extends Times {
  readonly dueOf: Float64Array
  isDirty(rank: number): boolean
}

interface RestoreParts {
  readonly dueOf: Float64Array
  /** To be evaluated at once, as it is not what it was; when it would have been; or looked at. */
  begin(rank: number): void
  wake(rank: number): void
  touch(rank: number): void
  pend(slot: Slot): void
  markDirty(one: Published): void
}

export function snapshotDasu(
  { rules, slots, asces, published }: DasuPlan,
  schedule: Schedule,
): DasuSnapshot {
  return {
    ...{ version: 1, dasu: rules.id },
    slots: Object.fromEntries(slots.map((slot) => [slot.id, ofSlot(slot)])),
    asces: Object.fromEntries(
      asces.map((asce, rank): [string, AsceSnapshot] => [
        asce.ready.rules.id,
        {
          transferFunction: asce.ready.rules.transferFunction,
          properties: asce.ready.rules.properties,
          ...{ state: asce.state, fault: asce.fault, slowSince: asce.slowSince },
          ...{ reliableFrom: asce.reliableFrom, isHeld: asce.isHeld },
          ...{ reading: String(asce.reading), due: finite(schedule.dueOf[rank] ?? never) },
          isDirty: schedule.isDirty(rank),
          function: asce.evaluator.save?.() ?? null,
        },
      ]),
    ),
    sent: Object.fromEntries(
      published.map((one): [string, SentSnapshot] => [
        one.slot.id,
        {
          ...{ operator: one.operator, sentAt: one.sentAt, mode: one.sentMode },
          value: textOf(one.slot, one.sentValue),
          properties: one.sentProperties,
          ...{ isReliable: one.sentReliable, isSuppressed: one.sentSuppressed },
          operatorIsSent: one.operator === one.sentOperator,
          ...{ since: one.since, setSince: one.setSince },
        },
      ]),
    ),
    runAt: finite(schedule.runAt),
    lastRun: finite(schedule.lastRun),
    nextSend: finite(schedule.nextSend),
  }
}

/** Puts a snapshot into a DASU; what the rules no longer have, or have otherwise, starts anew. */
export function restoreDasu(plan: DasuPlan, snapshot: DasuSnapshot, parts: RestoreParts): Times {
  for (const slot of plan.slots) {
    const saved = snapshot.slots[slot.id]
    if (!saved) continue
    restoreSlot(slot, saved)
    if (saved.isPending) parts.pend(slot)
  }
  for (const [rank, asce] of plan.asces.entries()) {
    const { transferFunction, properties, id } = asce.ready.rules
    const saved = snapshot.asces[id]
    const isSame =
      saved?.transferFunction === transferFunction && sameProperties(saved.properties, properties)
    parts.touch(rank)
    if (!saved || !isSame) {
      parts.begin(rank)
      continue
    }
    asce.state = asceStates.find((state) => state === saved.state) ?? 'INITIALIZING'
    asce.fault = saved.fault
    asce.slowSince = saved.slowSince
    asce.reliableFrom = saved.reliableFrom
    asce.isHeld = saved.isHeld
    asce.reading = Number(saved.reading)
    if (saved.function) asce.evaluator.load?.(saved.function)
    parts.dueOf[rank] = saved.due ?? never
    if (saved.isDirty) parts.wake(rank)
  }
  for (const one of plan.published) {
    parts.markDirty(one)
    const saved = snapshot.sent[one.slot.id]
    if (!saved) continue
    one.operator = saved.operator
    one.sentAt = saved.sentAt
    one.sentValue = valueFrom(one.slot, saved.value)
    one.sentMode = modeOf(saved.mode)
    one.sentProperties = saved.properties
    one.sentReliable = saved.isReliable
    one.sentSuppressed = saved.isSuppressed
    one.since = saved.since ?? null
    one.setSince = saved.setSince ?? null
    one.sentAlarm = isAlarm(one.sentValue) ? one.sentValue : null
    one.sentOperator = saved.operatorIsSent ? saved.operator : untouched
  }
  return {
    runAt: snapshot.runAt ?? never,
    lastRun: snapshot.lastRun ?? -never,
    nextSend: snapshot.nextSend ?? never,
  }
}

const ofSlot = (slot: Slot): SlotSnapshot => ({
  value: textOf(slot, slot.value),
  ...{ mode: slot.mode, properties: slot.properties, time: slot.time },
  reliableUntil: slot.reliableUntil === never ? 'always' : finite(slot.reliableUntil),
  ...{ runningId: slot.runningId, isPending: slot.isPending },
})

function restoreSlot(slot: Slot, saved: SlotSnapshot): void {
  slot.value = valueFrom(slot, saved.value)
  slot.mode = modeOf(saved.mode)
  slot.properties = saved.properties
  slot.time = saved.time
  slot.reliableUntil = saved.reliableUntil === 'always' ? never : (saved.reliableUntil ?? -never)
  slot.runningId = saved.runningId
}

/** IAS's text of a time ends at milliseconds; here every microsecond is kept. */
const textOf = ({ type }: Slot, value: IasValue | null): string | null =>
  value === null ? null : type === 'TIMESTAMP' ? String(value) : formatIasValue(type, value)

function valueFrom({ type }: Slot, text: string | null): IasValue | null {
  if (text === null) return null
  if (type === 'TIMESTAMP') return Number(text)
  return parseIasValue(type, text)
}

const modeOf = (text: string): Mode => modes.find((mode) => mode === text) ?? 'UNKNOWN'

const finite = (time: Micros): Micros | null => (Number.isFinite(time) ? time : null)
