import type { Micros } from '@mla/model'
import type { Alarm } from './alarm-state.ts'

export const iasTypes = [
  'LONG',
  'INT',
  'SHORT',
  'BYTE',
  'DOUBLE',
  'FLOAT',
  'BOOLEAN',
  'CHAR',
  'STRING',
  'TIMESTAMP',
  'ARRAYOFDOUBLES',
  'ARRAYOFLONGS',
  'ALARM',
] as const
export type IasType = (typeof iasTypes)[number]

/**
 * The value of an IASIO: a LONG beyond 2^53 is a bigint, a TIMESTAMP is microseconds since 1970,
 * an ALARM is one of the sixteen of `alarmOf`.
 */
export type IasValue = number | bigint | boolean | string | Alarm | readonly (number | bigint)[]

/** Operational mode of what the value comes from; SHUTTEDDOWN is IAS's spelling. */
export const modes = [
  'STARTUP',
  'INITIALIZATION',
  'CLOSING',
  'SHUTTEDDOWN',
  'MAINTENANCE',
  'OPERATIONAL',
  'DEGRADED',
  'UNKNOWN',
  'MALFUNCTIONING',
] as const
export type Mode = (typeof modes)[number]

export const validities = ['RELIABLE', 'UNRELIABLE'] as const
export type Validity = (typeof validities)[number]

/** Free texts beside a value: `actualValue`, `IdsOfAlarmsSet`, `affectedAntennas`. */
export type Properties = Readonly<Record<string, string>>
export const noProperties: Properties = Object.freeze({})

/** When the value passed where, as far as it did. */
export interface IasioStamps {
  readonly readFromMonitoredSystem: Micros | null
  /** Made, or confirmed, by plugin, DASU or core tool: the one that validity by age goes by. */
  readonly production: Micros | null
  readonly sentToConverter: Micros | null
  readonly receivedFromPlugin: Micros | null
  readonly convertedProduction: Micros | null
  readonly sentToBsdb: Micros | null
  readonly readFromBsdb: Micros | null
}

export const noStamps: IasioStamps = Object.freeze({
  readFromMonitoredSystem: null,
  production: null,
  sentToConverter: null,
  receivedFromPlugin: null,
  convertedProduction: null,
  sentToBsdb: null,
  readFromBsdb: null,
})

/** What travels on the BSDB: a converted monitor point value, a synthetic parameter or an alarm. */
export interface Iasio {
  /** Unique in the system; of a template's instance it ends in `[!#N!]`. */
  readonly id: string
  /** Where it was made: `(Sup:SUPERVISOR)@(Dasu:DASU)@(Asce:ASCE)@(Id:IASIO)`. */
  readonly fullRunningId: string
  readonly type: IasType
  readonly value: IasValue | null
  readonly mode: Mode
  readonly validity: Validity
  readonly stamps: IasioStamps
  /** Full running identifiers of what it was made from. */
  readonly dependencies: readonly string[]
  readonly properties: Properties
}

const numeric: readonly IasType[] = ['LONG', 'INT', 'SHORT', 'BYTE', 'DOUBLE', 'FLOAT']
export const isNumeric = (type: IasType): boolean => numeric.includes(type)

/** The common mode, or UNKNOWN. */
export function commonMode(inputs: readonly { readonly mode: Mode }[]): Mode {
  const first = inputs[0]?.mode ?? 'UNKNOWN'
  for (const { mode } of inputs) if (mode !== first) return 'UNKNOWN'
  return first
}

/** Equal as data: NaN equals NaN; arrays by content. Alarms are interned. */
export function sameIasValue(a: IasValue | null, b: IasValue | null): boolean {
  if (Object.is(a, b)) return true
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
  return a.every((item, i) => Object.is(item, b[i]))
}

export function sameProperties(a: Properties, b: Properties): boolean {
  if (a === b) return true
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}

export const isAlarm = (value: IasValue | null): value is Alarm =>
  typeof value === 'object' && value !== null && 'isSet' in value

/** The value as a number: NaN for what is none. */
export const numberOf = (value: IasValue | null): number =>
  typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : Number.NaN

/** Whether it says "something is so": an alarm that is set, or true. */
export const isActive = (value: IasValue | null): boolean =>
  value === true || (isAlarm(value) && value.isSet)
