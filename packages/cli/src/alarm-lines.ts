import type { Colour, Output } from './cli.ts'

export const alarmFields =
  'id state priority validity mode time setTime description annunciation properties acknowledgedBy comment shelvedUntil shelvedBy shelvedReason shelfEnding escalatedTime firstOut rootCause outOfServiceBy supervisor dasu'

export interface ShownAlarm {
  readonly id: string
  readonly state: string
  readonly priority: string
  readonly validity: string
  readonly mode: string
  readonly time: string
  readonly setTime: string | null
  readonly description: string | null
  readonly annunciation: string
  readonly properties: Readonly<Record<string, string>> | null
  readonly acknowledgedBy: string | null
  readonly comment: string | null
  readonly shelvedUntil: string | null
  readonly shelvedBy: string | null
  readonly shelvedReason: string | null
  readonly shelfEnding: boolean
  readonly escalatedTime: string | null
  readonly firstOut: string | null
  readonly rootCause: string | null
  readonly outOfServiceBy: string | null
  readonly supervisor: string | null
  readonly dasu: string | null
}

/** Words beside the colour, so that neither is needed to understand the other. */
export const stateText = ({ state, validity, annunciation }: ShownAlarm): string =>
  [
    state,
    ...(validity === 'RELIABLE' ? [] : ['?']),
    ...(annunciation === 'ANNUNCIATED' ? [] : [annunciation.toLowerCase().replaceAll('_', ' ')]),
  ].join(' ')

export function colourOf({ state, priority, annunciation }: ShownAlarm): Colour | null {
  if (annunciation !== 'ANNUNCIATED' || state === 'CLEAR_ACK') return 'dim'
  if (state === 'CLEAR_UNACK') return 'bold'
  return priority === 'CRITICAL' || priority === 'HIGH' ? 'red' : 'yellow'
}

export const noteText = (alarm: ShownAlarm): string =>
  [
    alarm.description ?? '',
    ...(alarm.properties?.['actualValue'] ? [`value ${alarm.properties['actualValue']}`] : []),
    ...(alarm.escalatedTime ? [`escalated since ${alarm.escalatedTime}`] : []),
    ...(alarm.rootCause ? [`because of ${alarm.rootCause}`] : []),
    ...(alarm.firstOut && alarm.firstOut !== alarm.id && alarm.firstOut !== alarm.rootCause
      ? [`after ${alarm.firstOut}`]
      : []),
    ...(alarm.shelvedBy
      ? [
          `shelved by ${alarm.shelvedBy} until ${alarm.shelvedUntil}${alarm.shelfEnding ? ' (ends soon)' : ''}: ${alarm.shelvedReason}`,
        ]
      : []),
    ...(alarm.acknowledgedBy ? [`${alarm.acknowledgedBy}: ${alarm.comment}`] : []),
  ]
    .filter((text) => text !== '')
    .join('; ')

/** One alarm as one line. */
export function alarmLine(out: Output, alarm: ShownAlarm): string {
  const { time, priority, id } = alarm
  const line = `${time.padEnd(27)} ${priority.padEnd(8)} ${stateText(alarm).padEnd(12)} ${id}  ${noteText(alarm)}`
  const colour = colourOf(alarm)
  return colour === null ? line : out.paint(colour, line)
}
