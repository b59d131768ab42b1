import { firstOuts } from '@mla/alarm'
import type { AlarmArchive, ArchivedTransition } from '@mla/archive'
import type { Micros, WireIasio } from '@mla/model'
import type { AlarmCatalogue } from './catalogue.ts'
import { memberOf, relationsOf } from './relations.ts'
import { type AlarmStatus, byUrgency, statusOf } from './status.ts'

/** The alarms as they were at a time, the most urgent first. */
export async function alarmsAt(
  archive: AlarmArchive,
  catalogue: AlarmCatalogue,
  at: Micros,
): Promise<readonly AlarmStatus[]> {
  const wires = new Map(
    (await archive.stateAt(at)).flatMap((one) => {
      const wire = wireIn(one)
      return wire ? [[wire.id, wire]] : []
    }),
  )
  const members = [...wires.values()].flatMap((wire) =>
    catalogue.making(wire.id) === null ? [] : (memberOf(wire) ?? []),
  )
  const first = firstOuts(members)
  const relations = relationsOf(
    (id) => first.get(id) ?? null,
    (id) => wires.get(id) ?? null,
    catalogue,
  )
  const view = { catalogue, relations, time: at, isPast: true }
  return [...wires.values()]
    .flatMap((wire) => statusOf(wire, view) ?? [])
    .map((alarm) =>
      // The end of a shelf is a transition of its own, unless nobody was there to make it.
      alarm.shelvedUntil !== null && alarm.shelvedUntil <= at
        ? { ...alarm, shelvedUntil: null, shelvedBy: null, shelvedReason: null, shelfEnding: false }
        : alarm,
    )
    .sort(byUrgency)
}

export function wireIn({ details }: ArchivedTransition): WireIasio | null {
  try {
    const wire = JSON.parse(details)
    return typeof wire?.id === 'string' ? wire : null
  } catch {
    return null
  }
}
