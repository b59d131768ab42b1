import { MlaError } from '@mla/model'

export const alarmStates = ['CLEAR_ACK', 'CLEAR_UNACK', 'SET_UNACK', 'SET_ACK'] as const
export type AlarmState = (typeof alarmStates)[number]

/** From the least to the most urgent. */
export const alarmPriorities = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const
export type AlarmPriority = (typeof alarmPriorities)[number]
export const defaultPriority: AlarmPriority = 'MEDIUM'

/** The value of an IASIO of type ALARM. There are sixteen, made once: equal ones are the same one. */
export interface Alarm {
  readonly state: AlarmState
  readonly priority: AlarmPriority
  readonly isSet: boolean
  readonly isAcknowledged: boolean
  /** As IAS writes it: `SET_UNACK:HIGH`. */
  readonly text: string
}

const alarms: ReadonlyMap<string, Alarm> = new Map(
  alarmStates.flatMap((state) =>
    alarmPriorities.map((priority) => {
      const text = `${state}:${priority}`
      const isSet = state === 'SET_UNACK' || state === 'SET_ACK'
      const isAcknowledged = state === 'CLEAR_ACK' || state === 'SET_ACK'
      return [text, Object.freeze({ state, priority, isSet, isAcknowledged, text })] as const
    }),
  ),
)

export function alarmOf(state: AlarmState, priority: AlarmPriority): Alarm {
  const alarm = alarms.get(`${state}:${priority}`)
  if (!alarm) throw new MlaError('INTERNAL', `no alarm ${state}:${priority}`)
  return alarm
}

/** For each alarm and priority what comes next: a lookup, so that a rule costs nothing at run time. */
function table(next: (alarm: Alarm, priority: AlarmPriority) => Alarm) {
  const all = new Map(
    [...alarms.values()].map((alarm) => [
      alarm,
      new Map(alarmPriorities.map((priority) => [priority, next(alarm, priority)])),
    ]),
  )
  return (alarm: Alarm, priority: AlarmPriority): Alarm => all.get(alarm)?.get(priority) ?? alarm
}

/** What may differ from alarm to alarm. */
export interface AlarmPolicy {
  /** Latching: what was set stays to be seen, unacknowledged, after it has cleared. */
  readonly latching: boolean
  /** An acknowledged alarm that becomes more urgent wants to be acknowledged again. */
  readonly reAlarm: boolean
}

export const defaultPolicy: AlarmPolicy = { latching: true, reAlarm: true }

export const isMoreUrgent = (one: AlarmPriority, other: AlarmPriority): boolean =>
  alarmPriorities.indexOf(one) > alarmPriorities.indexOf(other)

const raised = table((alarm, priority) =>
  alarmOf(alarm.state === 'SET_ACK' ? 'SET_ACK' : 'SET_UNACK', priority),
)
const raisedAgain = table((alarm, priority) =>
  alarm.state === 'SET_ACK' && !isMoreUrgent(priority, alarm.priority)
    ? alarmOf('SET_ACK', priority)
    : alarmOf('SET_UNACK', priority),
)
const clearedLatching = table((alarm, priority) =>
  alarmOf(
    alarm.state === 'SET_UNACK' || alarm.state === 'CLEAR_UNACK' ? 'CLEAR_UNACK' : 'CLEAR_ACK',
    priority,
  ),
)
const clearedAtOnce = table((_, priority) => alarmOf('CLEAR_ACK', priority))
const acknowledged = table((alarm, priority) =>
  alarmOf(alarm.isSet ? 'SET_ACK' : 'CLEAR_ACK', priority),
)
const unacknowledged = table((alarm, priority) =>
  alarmOf(alarm.state === 'SET_ACK' ? 'SET_UNACK' : alarm.state, priority),
)

/** The condition holds. */
export const raise = (alarm: Alarm, priority: AlarmPriority, policy: AlarmPolicy): Alarm =>
  policy.reAlarm ? raisedAgain(alarm, priority) : raised(alarm, priority)

/** The condition does not hold; the alarm keeps the priority that it had. */
export const clear = (alarm: Alarm, policy: AlarmPolicy): Alarm =>
  policy.latching ? clearedLatching(alarm, alarm.priority) : clearedAtOnce(alarm, alarm.priority)

/** An operator has seen it. */
export const acknowledge = (alarm: Alarm): Alarm => acknowledged(alarm, alarm.priority)

/** An operator takes the acknowledgement back; what has cleared stays as it is. */
export const unacknowledge = (alarm: Alarm): Alarm => unacknowledged(alarm, alarm.priority)

export const initialAlarm = (priority: AlarmPriority = defaultPriority): Alarm =>
  alarmOf('CLEAR_ACK', priority)

/** Reads `STATE:PRIORITY`; null for anything else. */
export const parseAlarm = (text: string): Alarm | null => alarms.get(text.trim()) ?? null

/** A priority as IAS 13 writes it (`HIGH`) or as older configurations do (`SET_HIGH`). */
export function parsePriority(text: string): AlarmPriority | null {
  const name = text.trim().replace(/^SET_/, '')
  return alarmPriorities.find((priority) => priority === name) ?? null
}
