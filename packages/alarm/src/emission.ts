import type { Micros } from '@mla/model'
import type { Alarm } from './alarm-state.ts'
import type { Asce } from './asce.ts'
import {
  type Iasio,
  isActive,
  isAlarm,
  noStamps,
  type Properties,
  sameIasValue,
  sameProperties,
} from './iasio.ts'
import { type Annunciation, annunciationOf, type Done, type OperatorState } from './operator.ts'
import type { Published } from './slot.ts'
import { doubleText } from './value-text.ts'

/** An IASIO that a DASU sends: at once when it has changed, else now and then as a sign of life. */
export interface Emission extends Iasio {
  /** False for the sign of life. */
  readonly isChange: boolean
  /** For an alarm: what was sent of it before; null for the first time. */
  readonly before: Alarm | null
  readonly operator: OperatorState
  /** What made this change, where an operator or the end of a shelf did. */
  readonly action: Done | null
  /** Since when an alarm has its state and priority, and when it was set last. */
  readonly since: Micros | null
  readonly setSince: Micros | null
  readonly annunciation: Annunciation
}

/** Whether it differs from what was sent last. A reading alone does not count: it always differs. */
export function differs(one: Published, now: Micros): boolean {
  const { slot } = one
  return (
    one.sentAt === null ||
    !sameIasValue(slot.value, one.sentValue) ||
    now <= slot.reliableUntil !== one.sentReliable ||
    slot.mode !== one.sentMode ||
    one.operator !== one.sentOperator ||
    isSuppressed(one) !== one.sentSuppressed ||
    !sameProperties(slot.properties, one.sentProperties)
  )
}

export const isSuppressed = ({ suppressor }: Published): boolean =>
  suppressor !== null && isActive(suppressor.value)

/** Makes what is sent, and remembers it. */
export function emit(
  one: Published,
  asce: Asce | undefined,
  dependencies: readonly string[],
  now: Micros,
): Emission {
  const { slot, operator, fullRunningId, done } = one
  one.done = null
  const isChange = differs(one, now)
  const before = one.sentAlarm
  const reliable = now <= slot.reliableUntil
  const suppressed = isSuppressed(one)
  one.sentAt = now
  one.sentValue = slot.value
  one.sentMode = slot.mode
  one.sentProperties = slot.properties
  one.sentReliable = reliable
  one.sentSuppressed = suppressed
  one.sentOperator = operator
  const alarm = isAlarm(slot.value) ? slot.value : null
  if (alarm !== before) one.since = now
  if (alarm?.isSet === true && before?.isSet !== true) one.setSince = now
  one.sentAlarm = alarm
  return {
    ...{ id: slot.id, fullRunningId, type: slot.type, value: slot.value, mode: slot.mode },
    validity: reliable ? 'RELIABLE' : 'UNRELIABLE',
    stamps: { ...noStamps, production: now, sentToBsdb: now },
    properties: withReading(slot.properties, asce),
    ...{ dependencies, isChange, before, operator, action: done },
    ...{ since: one.since, setSince: one.setSince },
    annunciation: annunciationOf(operator, suppressed),
  }
}

function withReading(properties: Properties, asce: Asce | undefined): Properties {
  const fault = asce?.fault ?? null
  const { readingName: name, isReadingWhole = false } = asce?.evaluator ?? {}
  const reading = name !== undefined && asce && !Number.isNaN(asce.reading)
  if (!reading && fault === null) return properties
  return {
    ...properties,
    ...(reading
      ? { [name]: isReadingWhole ? String(asce.reading) : doubleText(asce.reading) }
      : {}),
    ...(fault === null ? {} : { fault }),
  }
}
