import { type Alarm, pathOf } from './alarm-list.ts'
import { millisOf } from './api.ts'
import { showTime } from './format.ts'

/** Where an alarm stands among the others, and how long it waits. */
export interface Standing {
  /** The alarm that explains it while both are set; null where none does. */
  readonly cause: Alarm | null
  /** The alarms that it explains. */
  readonly explains: readonly Alarm[]
  /** What was set first of its burst, where that is another one. */
  readonly after: Alarm | null
  /** The others of the burst, where it was set first of them. */
  readonly followers: readonly Alarm[]
}

export type StandingOf = (alarm: Alarm) => Standing

/** Of all alarms at once, whatever part of them is shown. */
export function standingsOf(alarms: ReadonlyMap<string, Alarm>): StandingOf {
  const explained = new Map<string, Alarm[]>()
  const followed = new Map<string, Alarm[]>()
  for (const alarm of alarms.values()) {
    if (alarm.rootCause !== null) put(explained, alarm.rootCause, alarm)
    const first = firstOf(alarm, alarms)
    if (first) put(followed, first.id, alarm)
  }
  return (alarm) => ({
    cause: alarms.get(alarm.rootCause ?? '') ?? null,
    explains: explained.get(alarm.id) ?? [],
    after: firstOf(alarm, alarms),
    followers: followed.get(alarm.id) ?? [],
  })
}

/** A first one that was set anew since then began another burst. */
function firstOf(alarm: Alarm, alarms: ReadonlyMap<string, Alarm>): Alarm | null {
  const first = alarm.firstOut === alarm.id ? undefined : alarms.get(alarm.firstOut ?? '')
  if (!first?.setTime || !alarm.setTime) return null
  return millisOf(first.setTime) <= millisOf(alarm.setTime) ? first : null
}

function put(groups: Map<string, Alarm[]>, id: string, alarm: Alarm): void {
  const group = groups.get(id)
  if (group) group.push(alarm)
  else groups.set(id, [alarm])
}

/** Called again after it was set: it became more urgent, or its acknowledgement was taken back. */
export const isAgain = ({ state, time, setTime }: Alarm): boolean =>
  state === 'SET_UNACK' && setTime !== null && millisOf(time) > millisOf(setTime)

/** What an operator should know beside the state, the most urgent first; each a sign with words. */
export function remarksOf(
  alarm: Alarm,
  { cause, explains, after, followers }: Standing,
  zone: 'utc' | 'local',
): string[] {
  const when = (time: string): string => showTime(millisOf(time), zone)
  const remarks: string[] = []
  if (alarm.escalatedTime) {
    remarks.push(`‼ escalated ${when(alarm.escalatedTime)}: not acknowledged in time`)
  }
  if (isAgain(alarm)) remarks.push(`↻ calls again since it was set ${when(alarm.setTime ?? '')}`)
  if (explains.length > 0) remarks.push(`⊢ explains ${explains.length} set with it`)
  if (cause) remarks.push(`↳ because of ${pathOf(cause)}`)
  // Where a burst is long over, who was first of it tells nothing any more.
  if (followers.length > 0 && alarm.state !== 'CLEAR_ACK') {
    remarks.push(`① first of ${followers.length + 1}`)
  }
  if (after && after !== cause && alarm.state !== 'CLEAR_ACK') {
    remarks.push(`after ${pathOf(after)}`)
  }
  if (alarm.shelfEnding && alarm.shelvedUntil) {
    remarks.push(`⧗ its shelf ends ${when(alarm.shelvedUntil)}`)
  }
  return remarks
}
