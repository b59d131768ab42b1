import { type BsdbChange, type BsdbEntry, parseAlarm } from '@mla/alarm'
import type { ArchivedTransition } from '@mla/archive'

/** Values of one batch that may be of one moment, so that each has a place of its own. */
const placesInBatch = 1000

/**
 * What is archived of the changes of one batch. Of an alarm that was not known before (the
 * dispatcher has just begun) only what says itself that it is a change.
 */
export function transitionsOf(changes: readonly BsdbChange[]): readonly ArchivedTransition[] {
  return changes.flatMap(({ entry, before }, place) => {
    if (before === null && !entry.wire.isChange) return []
    return transitionOf(entry, before, place) ?? []
  })
}

function transitionOf(
  { wire, epoch, sequence }: BsdbEntry,
  before: BsdbEntry | null,
  place: number,
): ArchivedTransition | null {
  const alarm = wire.value === null ? null : parseAlarm(wire.value)
  if (alarm === null) return null
  const from = parseAlarm(before?.wire.value ?? wire.before ?? '')
  const isShelfOver = before !== null && before.wire.shelf !== null && wire.shelf === null
  return {
    ...{ alarm: wire.id, time: wire.production ?? wire.sentToBsdb ?? epoch, epoch },
    sequence: sequence * placesInBatch + (place % placesInBatch),
    ...{ from: from?.state ?? null, to: alarm.state, priority: alarm.priority },
    validity: wire.validity,
    action: wire.action?.kind ?? (isShelfOver ? 'unshelve' : null),
    user: wire.action?.user || null,
    comment: wire.action?.text || null,
    details: JSON.stringify(wire),
  }
}
