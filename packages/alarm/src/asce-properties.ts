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
  /** Who gets mail, beside those that the IASIO names. */
  readonly mail: readonly string[]
  /** The program that is started for it. */
  readonly command: string | null
  /** For so long it must be set before mail is sent or a program started. */
  readonly actionDelay: Micros
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
    mail: namesIn(properties.text(['mla.mail'])),
    command: commandIn(properties),
    actionDelay: properties.time(['mla.actionDelay'], { fallback: 0 }),
    escalateAfter: escalateAfter === 0 ? null : escalateAfter,
  }
}

/** The name of a program, without a folder: which programs there are the administrator says. */
function commandIn(properties: PropertyReader): string | null {
  const name = properties.text(['mla.command'])?.trim()
  if (!name) return null
  if (/^[A-Za-z0-9_][\w.-]*$/.test(name)) return name
  const message = `"${name.slice(0, 60)}" is no name of a program`
  properties.problem(message, 'name a program in the folder of commands, without arguments', [
    'mla.command',
  ])
  return null
}
