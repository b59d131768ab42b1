import type { AlarmArchive, ArchivedTransition } from '@mla/archive'
import type { Micros, WireIasio } from '@mla/model'
import type { AlarmCatalogue } from './catalogue.ts'
import { type AlarmStatus, byUrgency, statusOf } from './status.ts'

/** The alarms as they were at a time, the most urgent first. */
export async function alarmsAt(
  archive: AlarmArchive,
  catalogue: AlarmCatalogue,
  at: Micros,
): Promise<readonly AlarmStatus[]> {
  const last = await archive.stateAt(at)
  return last
    .flatMap((one) => {
      const wire = wireIn(one)
      return (wire && statusOf(wire, catalogue, null)) ?? []
    })
    .map((alarm) =>
      // The end of a shelf is a transition of its own, unless nobody was there to make it.
      alarm.shelvedUntil !== null && alarm.shelvedUntil <= at
        ? { ...alarm, shelvedUntil: null, shelvedBy: null, shelvedReason: null }
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
