import {
  type AlarmPriority,
  type AlarmState,
  alarmPriorities,
  escalatedSince,
  idOfRunningId,
  parseAlarm,
} from '@mla/alarm'
import { type Micros, matcherOf, type WireIasio } from '@mla/model'
import type { AlarmCatalogue } from './catalogue.ts'
import type { AlarmRelations } from './relations.ts'

/** An alarm as operators see it. */
export interface AlarmStatus {
  readonly id: string
  readonly state: AlarmState
  readonly priority: AlarmPriority
  readonly validity: string
  readonly mode: string
  /** Since when it has this state and priority. */
  readonly time: Micros
  readonly setTime: Micros | null
  readonly description: string | null
  readonly properties: Readonly<Record<string, string>>
  readonly dependencies: readonly string[]
  readonly points: readonly string[]
  readonly annunciation: string
  readonly acknowledgedBy: string | null
  readonly acknowledgedTime: Micros | null
  readonly comment: string | null
  readonly shelvedUntil: Micros | null
  readonly shelvedBy: string | null
  readonly shelvedReason: string | null
  /** The end of its shelf is near. */
  readonly shelfEnding: boolean
  /** Since when it waits too long for an operator. */
  readonly escalatedTime: Micros | null
  /** The alarm that was set first of the burst that this one was set in. */
  readonly firstOut: string | null
  /** The alarm that explains this one while both are set. */
  readonly rootCause: string | null
  readonly outOfServiceBy: string | null
  readonly outOfServiceTime: Micros | null
  readonly outOfServiceReason: string | null
  readonly canShelve: boolean
  readonly guidance: string | null
  readonly url: string | null
  readonly sound: string
  readonly supervisor: string | null
  readonly dasu: string | null
}

export interface AlarmFilter {
  readonly ids?: readonly string[] | null
  readonly match?: string | null
  readonly states?: readonly AlarmState[] | null
  readonly minPriority?: AlarmPriority | null
  readonly shelved?: boolean | null
  readonly active?: boolean | null
}

/** From where alarms are looked at. */
export interface AlarmView {
  readonly catalogue: AlarmCatalogue
  readonly relations: AlarmRelations
  readonly time: Micros
  /** A look into the past: that nothing was heard since does not count. */
  readonly isPast: boolean
}

/** Null for what is no alarm. */
export function statusOf(wire: WireIasio, view: AlarmView): AlarmStatus | null {
  const { catalogue, relations, time, isPast } = view
  const alarm = wire.type === 'ALARM' && wire.value !== null ? parseAlarm(wire.value) : null
  if (alarm === null) return null
  const { id, acknowledgement, shelf, outOfService } = wire
  const declared = catalogue.describe(id)
  const making = catalogue.making(id)
  return {
    ...{ id, state: alarm.state, priority: alarm.priority, mode: wire.mode },
    validity: !isPast && isStale(wire, catalogue, time) ? 'UNRELIABLE' : wire.validity,
    time: wire.since ?? wire.production ?? 0,
    setTime: wire.setSince,
    description: declared?.description ?? null,
    properties: wire.properties,
    dependencies: wire.dependencies.map(idOf),
    points: catalogue.pointsOf(id),
    annunciation: wire.annunciation,
    acknowledgedBy: acknowledgement?.user ?? null,
    acknowledgedTime: acknowledgement?.time ?? null,
    comment: acknowledgement?.text ?? null,
    shelvedUntil: shelf?.until ?? null,
    shelvedBy: shelf?.user ?? null,
    shelvedReason: shelf?.text ?? null,
    shelfEnding: isShelfEnding(wire, time),
    escalatedTime: escalatedSince(wire, making?.escalateAfter ?? null, time),
    firstOut: relations.firstOutOf(id),
    rootCause: relations.rootCauseOf(id),
    outOfServiceBy: outOfService?.user ?? null,
    outOfServiceTime: outOfService?.time ?? null,
    outOfServiceReason: outOfService?.text ?? null,
    canShelve: declared?.canShelve ?? false,
    guidance: making?.guidance ?? null,
    url: declared?.url ?? null,
    sound: declared?.sound ?? 'NONE',
    supervisor: making?.supervisor ?? null,
    dasu: making?.dasu.id ?? null,
  }
}

const mostIds = 100_000
const ids = new Map<string, string>()

/** What a full running id names. They come again with every change of an alarm. */
function idOf(runningId: string): string {
  const known = ids.get(runningId)
  if (known !== undefined) return known
  const id = idOfRunningId(runningId) ?? runningId
  if (ids.size < mostIds) ids.set(runningId, id)
  return id
}

/** Nothing was heard of it for too long: whoever makes it is away. */
export const isStale = (
  { production }: WireIasio,
  { staleAfter }: AlarmCatalogue,
  now: Micros,
): boolean => now - (production ?? 0) > staleAfter

const warnedBefore: Micros = 300_000_000

/** In the last five minutes of a shelf, or its last tenth where that is shorter. */
export function isShelfEnding({ shelf }: WireIasio, now: Micros): boolean {
  if (shelf === null || shelf.until === null) return false
  return shelf.until - now <= Math.min(warnedBefore, (shelf.until - shelf.time) / 10)
}

export type AlarmMatcher = (alarm: AlarmStatus) => boolean

export function compileAlarmFilter(filter: AlarmFilter): AlarmMatcher {
  const { ids, match, states, minPriority, shelved, active } = filter
  const wanted = ids ? new Set(ids) : null
  const matches = match ? matcherOf(match) : null
  const least = minPriority ? alarmPriorities.indexOf(minPriority) : 0
  return (alarm) =>
    (wanted === null || wanted.has(alarm.id)) &&
    (matches === null || matches(alarm.id, alarm.description)) &&
    (!states || states.includes(alarm.state)) &&
    alarmPriorities.indexOf(alarm.priority) >= least &&
    (shelved == null || (alarm.shelvedUntil !== null) === shelved) &&
    (active == null || alarm.state.startsWith('SET') === active)
}

const isUrgent = ({ state, annunciation, escalatedTime }: AlarmStatus): number => {
  if (annunciation !== 'ANNUNCIATED') return 4
  if (escalatedTime !== null) return -1
  return ['SET_UNACK', 'SET_ACK', 'CLEAR_UNACK', 'CLEAR_ACK'].indexOf(state)
}

/** What wants attention first: escalated, unacknowledged, by priority, the newest first. */
export const byUrgency = (a: AlarmStatus, b: AlarmStatus): number =>
  isUrgent(a) - isUrgent(b) ||
  alarmPriorities.indexOf(b.priority) - alarmPriorities.indexOf(a.priority) ||
  b.time - a.time ||
  (a.id < b.id ? -1 : 1)
