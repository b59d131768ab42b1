/** An alarm as the API describes it. */
export interface Alarm {
  readonly id: string
  readonly state: 'CLEAR_ACK' | 'CLEAR_UNACK' | 'SET_UNACK' | 'SET_ACK'
  readonly priority: 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL'
  readonly validity: 'RELIABLE' | 'UNRELIABLE'
  readonly time: string
  readonly setTime: string | null
  readonly description: string | null
  /** The monitoring points that it is worked out from. */
  readonly points: readonly string[]
  readonly annunciation: string
  readonly acknowledgedBy: string | null
  readonly comment: string | null
  readonly shelvedUntil: string | null
  readonly shelvedBy: string | null
  readonly shelvedReason: string | null
  /** The end of its shelf is near. */
  readonly shelfEnding: boolean
  /** Since when it waits too long to be acknowledged. */
  readonly escalatedTime: string | null
  /** What was set first of the burst that it was set in: itself where it was first or alone. */
  readonly firstOut: string | null
  /** The alarm that explains it while both are set. */
  readonly rootCause: string | null
  readonly outOfServiceBy: string | null
  readonly outOfServiceReason: string | null
  readonly canShelve: boolean
  readonly guidance: string | null
  readonly url: string | null
}

export const alarmFields =
  'id state priority validity time setTime description points annunciation acknowledgedBy comment shelvedUntil shelvedBy shelvedReason shelfEnding escalatedTime firstOut rootCause outOfServiceBy outOfServiceReason canShelve guidance url'

export const priorities = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const

export interface AlarmChoice {
  /** Part of the id or the description, in any case. */
  readonly text: string
  /** `roots`: set, and no other alarm explains it. `aside`: shelved, suppressed or out of service. */
  readonly which: 'open' | 'unacknowledged' | 'roots' | 'aside' | 'all'
  readonly least: Alarm['priority']
}

/** An alarm's name without the number of its template's instance, which `systemOf` says better. */
export const nameOf = ({ id }: Pick<Alarm, 'id'>): string => id.replace(/\[!#\d+!\]$/, '')

/** The system whose points it is worked out from; empty for none, or more than one. */
export function systemOf({ points }: Pick<Alarm, 'points'>): string {
  const systems = new Set(points.map((point) => point.split('/', 1)[0] ?? ''))
  return systems.size === 1 ? ([...systems][0] ?? '') : ''
}

/** Where it stands in the tree: `Tel01/Mount/Azimuth/Drive1/WindingHot`. */
export function pathOf(alarm: Pick<Alarm, 'id' | 'points'>): string {
  const [name, system] = [nameOf(alarm), systemOf(alarm)]
  if (system !== '') return name.startsWith(`${system}/`) ? name : `${system}/${name}`
  const instance = /\[!#(\d+)!\]$/.exec(alarm.id)?.[1]
  return instance === undefined ? name : `${name} ${instance}`
}

export const isAside = ({ annunciation }: Alarm): boolean => annunciation !== 'ANNUNCIATED'
export const isSet = ({ state }: Alarm): boolean => state.startsWith('SET')
export const isUnacknowledged = ({ state }: Alarm): boolean => state.endsWith('UNACK')

/** Whether it has the text and the priority that are asked for. */
export function fitsText(alarm: Alarm, { text, least }: AlarmChoice): boolean {
  if (priorities.indexOf(alarm.priority) < priorities.indexOf(least)) return false
  const words = `${pathOf(alarm)} ${alarm.id} ${alarm.description ?? ''}`.toLowerCase()
  return words.includes(text.trim().toLowerCase())
}

/** Whether it is one of these. */
export function shownOf(alarm: Alarm, which: AlarmChoice['which']): boolean {
  if (which === 'all') return true
  if (which === 'aside') return isAside(alarm)
  if (isAside(alarm)) return false
  if (which === 'roots') return isSet(alarm) && alarm.rootCause === null
  return which === 'unacknowledged' ? isUnacknowledged(alarm) : alarm.state !== 'CLEAR_ACK'
}

/** The alarms of a choice, what wants attention first: escalated, unacknowledged, by priority, the newest first. */
export const chosen = (alarms: Iterable<Alarm>, choice: AlarmChoice): Alarm[] =>
  [...alarms]
    .filter((alarm) => fitsText(alarm, choice) && shownOf(alarm, choice.which))
    .sort(byUrgency)

/** More new alarms than this in ten minutes is more than one operator can take (ANSI/ISA-18.2). */
const floodAlarms = 10
const floodMs = 600_000

/** How many were set in the last ten minutes where that is a flood, else 0. */
export function floodOf(alarms: readonly Alarm[], now: number): number {
  const recent = alarms.filter(
    ({ setTime }) => setTime !== null && now - Date.parse(setTime) < floodMs,
  ).length
  return recent > floodAlarms ? recent : 0
}

const ranks = ['SET_UNACK', 'CLEAR_UNACK', 'SET_ACK', 'CLEAR_ACK']
function rankOf(alarm: Alarm): number {
  if (isAside(alarm)) return ranks.length
  return alarm.escalatedTime === null ? ranks.indexOf(alarm.state) : -1
}

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
  const late = alarm.escalatedTime === null ? '' : ', escalated'
  const aside = isAside(alarm) ? `, ${alarm.annunciation.toLowerCase().replaceAll('_', ' ')}` : ''
  const ending = alarm.shelfEnding ? ', ends soon' : ''
  return `${state}${seen}${late}${doubt}${aside}${ending}`
}

export function noteWords(alarm: Alarm): string {
  if (alarm.outOfServiceBy) {
    return `out of service by ${alarm.outOfServiceBy}: ${alarm.outOfServiceReason ?? ''}`
  }
  if (alarm.shelvedBy) return `shelved by ${alarm.shelvedBy}: ${alarm.shelvedReason ?? ''}`
  return alarm.acknowledgedBy ? `${alarm.acknowledgedBy}: ${alarm.comment ?? ''}` : ''
}
