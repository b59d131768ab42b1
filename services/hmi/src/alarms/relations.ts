import { type BurstMember, parseAlarm, rootCauseOf } from '@mla/alarm'
import type { WireIasio } from '@mla/model'
import type { AlarmCatalogue } from './catalogue.ts'

/** Where alarms stand among each other. */
export interface AlarmRelations {
  /** The alarm that was set first of its burst; itself where it was alone; null where it never was set. */
  firstOutOf(id: string): string | null
  /** The alarm that explains it; null where none does. */
  rootCauseOf(id: string): string | null
}

/** Of the alarms as they are when it is asked. */
export function relationsOf(
  firstOutOf: (id: string) => string | null,
  wireOf: (id: string) => WireIasio | null,
  catalogue: AlarmCatalogue,
): AlarmRelations {
  const shown = (id: string): BurstMember | null => {
    const wire = catalogue.making(id) === null ? null : wireOf(id)
    return wire && memberOf(wire)
  }
  return {
    firstOutOf,
    rootCauseOf: (id) =>
      shown(id)?.isSet
        ? rootCauseOf(id, (one) => catalogue.making(one)?.causes ?? [], shown)
        : null,
  }
}

/** Where an alarm stands among others by itself; null for what is no alarm. */
export function memberOf({ id, type, value, setSince }: WireIasio): BurstMember | null {
  const alarm = type === 'ALARM' && value !== null ? parseAlarm(value) : null
  return alarm && { id, isSet: alarm.isSet, setSince }
}
