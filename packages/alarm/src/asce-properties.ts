import { type Micros, microsPerSecond } from '@mla/model'
import { type AlarmPolicy, defaultPolicy } from './alarm-state.ts'
import type { OperatorRules } from './operator.ts'
import { createPropertyReader, type PropertyReader } from './property-reader.ts'

/** What every ASCE may be told beside its transfer function; IAS passes over these properties. */
export interface AsceOptions {
  readonly policy: AlarmPolicy
  readonly operators: OperatorRules
  /** Its output is sent to the BSDB though it is not the output of the DASU. */
  readonly publish: boolean
  /** An alarm or boolean input of the DASU that suppresses this alarm while it is set. */
  readonly suppressedBy: string | null
  /** What operators are to do. */
  readonly guidance: string | null
  /** Alarms that explain this one while they are set, beside those that it is made from. */
  readonly causedBy: readonly string[]
  /** Told to somebody else when it is not acknowledged in time. */
  readonly escalateAfter: Micros | null
}

const day = 86_400 * microsPerSecond

/** The names in a list with commas. */
export const namesIn = (text: string | null | undefined): readonly string[] =>
  (text ?? '').split(',').flatMap((name) => name.trim() || [])

/** Those of an ASCE whose configuration was found good: what is wrong counts as left out. */
export const optionsOf = (properties: Readonly<Record<string, string>>): AsceOptions =>
  readOptions(createPropertyReader(properties), false)

export function readOptions(properties: PropertyReader, canShelve: boolean): AsceOptions {
  const escalateAfter = properties.time(['mla.escalateAfter'], { fallback: 0 })
  return {
    policy: {
      latching: properties.boolean(['mla.latching'], defaultPolicy.latching),
      reAlarm: properties.boolean(['mla.reAlarm'], defaultPolicy.reAlarm),
    },
    operators: {
      canShelve,
      longestShelf: properties.time(['mla.longestShelf'], { min: 1, fallback: day }),
    },
    publish: properties.boolean(['mla.publish']),
    suppressedBy: properties.text(['mla.suppressedBy'])?.trim() ?? null,
    guidance: properties.text(['mla.guidance']),
    causedBy: namesIn(properties.text(['mla.causedBy'])),
    escalateAfter: escalateAfter === 0 ? null : escalateAfter,
  }
}
