/** An alarm as the API describes it. */
export interface Alarm {
  readonly id: string
  readonly state: 'CLEAR_ACK' | 'CLEAR_UNACK' | 'SET_UNACK' | 'SET_ACK'
  readonly priority: 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL'
  readonly validity: 'RELIABLE' | 'UNRELIABLE'
  readonly time: string
  readonly description: string | null
  readonly annunciation: string
  readonly acknowledgedBy: string | null
  readonly comment: string | null
  readonly shelvedUntil: string | null
  readonly shelvedBy: string | null
  readonly shelvedReason: string | null
  readonly canShelve: boolean
  readonly guidance: string | null
  readonly url: string | null
}

export const alarmFields =
  'id state priority validity time description annunciation acknowledgedBy comment shelvedUntil shelvedBy shelvedReason canShelve guidance url'

export const priorities = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const

export interface AlarmChoice {
  /** Part of the id or the description, in any case. */
  readonly text: string
  readonly which: 'open' | 'unacknowledged' | 'shelved' | 'all'
  readonly least: Alarm['priority']
}

export const isAside = ({ annunciation }: Alarm): boolean => annunciation !== 'ANNUNCIATED'
export const isSet = ({ state }: Alarm): boolean => state.startsWith('SET')
export const isUnacknowledged = ({ state }: Alarm): boolean => state.endsWith('UNACK')

/** The alarms of a choice, what wants attention first: unacknowledged, by priority, the newest first. */
export function chosen(alarms: Iterable<Alarm>, { text, which, least }: AlarmChoice): Alarm[] {
  const wanted = text.trim().toLowerCase()
  const fits = (alarm: Alarm): boolean => {
    if (priorities.indexOf(alarm.priority) < priorities.indexOf(least)) return false
    const words = `${alarm.id} ${alarm.description ?? ''}`.toLowerCase()
    if (!words.includes(wanted)) return false
    if (which === 'all') return true
    if (which === 'shelved') return alarm.shelvedUntil !== null
    if (isAside(alarm)) return false
    return which === 'unacknowledged' ? isUnacknowledged(alarm) : alarm.state !== 'CLEAR_ACK'
  }
  return [...alarms].filter(fits).sort(byUrgency)
}

const ranks = ['SET_UNACK', 'CLEAR_UNACK', 'SET_ACK', 'CLEAR_ACK']
const rankOf = (alarm: Alarm): number => (isAside(alarm) ? 4 : ranks.indexOf(alarm.state))

export const byUrgency = (a: Alarm, b: Alarm): number =>
  rankOf(a) - rankOf(b) ||
  priorities.indexOf(b.priority) - priorities.indexOf(a.priority) ||
  Date.parse(b.time) - Date.parse(a.time) ||
  (a.id < b.id ? -1 : 1)

/** The state in words: nothing is said by colour alone. */
export function stateWords(alarm: Alarm): string {
  const state = isSet(alarm) ? 'SET' : 'clear'
  const seen = isUnacknowledged(alarm) ? ', to acknowledge' : ''
  const doubt = alarm.validity === 'RELIABLE' ? '' : ', unreliable'
  const aside = isAside(alarm) ? `, ${alarm.annunciation.toLowerCase().replaceAll('_', ' ')}` : ''
  return `${state}${seen}${doubt}${aside}`
}

export function noteWords(alarm: Alarm): string {
  if (alarm.shelvedBy) return `shelved by ${alarm.shelvedBy}: ${alarm.shelvedReason ?? ''}`
  return alarm.acknowledgedBy ? `${alarm.acknowledgedBy}: ${alarm.comment ?? ''}` : ''
}
