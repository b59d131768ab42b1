import { MlaError } from '@mla/model'
import type { AlarmPosition, ArchivedTransition } from '../alarm-port.ts'
import type { ArchiveClass } from '../port.ts'

export const compareAlarmPositions = (a: AlarmPosition, b: AlarmPosition): number =>
  a.time - b.time ||
  a.epoch - b.epoch ||
  a.sequence - b.sequence ||
  (a.alarm < b.alarm ? -1 : a.alarm > b.alarm ? 1 : 0)

export const formatAlarmPosition = ({ time, epoch, sequence, alarm }: AlarmPosition): string =>
  Buffer.from(JSON.stringify([time, epoch, sequence, alarm])).toString('base64url')

/** Throws QUERY_INVALID for what is no cursor. */
export function parseAlarmPosition(text: string): AlarmPosition {
  try {
    const [time, epoch, sequence, alarm] = JSON.parse(Buffer.from(text, 'base64url').toString())
    const numbers = [time, epoch, sequence]
    if (numbers.every(Number.isSafeInteger) && typeof alarm === 'string') {
      return { time, epoch, sequence, alarm }
    }
  } catch {
    // Told below.
  }
  throw new MlaError('QUERY_INVALID', `after: "${text.slice(0, 100)}" is no cursor of alarms`)
}

/** The archive class that says how long alarms are kept; for ever without it. */
export const alarmRetentionDays = (classes: readonly ArchiveClass[]): number | null =>
  classes.find(({ name }) => name === 'alarms')?.retentionDays ?? null

/** Of transitions in any order the newest of each alarm. */
export function newestOfEach(
  transitions: Iterable<ArchivedTransition>,
): readonly ArchivedTransition[] {
  const newest = new Map<string, ArchivedTransition>()
  for (const one of transitions) {
    const known = newest.get(one.alarm)
    if (!known || compareAlarmPositions(known, one) < 0) newest.set(one.alarm, one)
  }
  return [...newest.values()]
}
