import { type Micros, microsPerSecond } from '@mla/model'
import { type AlarmPriority, alarmPriorities } from './alarm-state.ts'
import { createFloods, type Flood, tenMinutes } from './floods.ts'

/**
 * How good an alarm system is to its operators, as ISA-18.2 and EEMUA 191 measure it: how often it
 * calls, whether in floods, which alarms call most, which chatter or stand for days, and how long they
 * wait for somebody.
 */

/** What of a transition counts. */
export interface AlarmEvent {
  readonly alarm: string
  readonly time: Micros
  /** States as IAS names them; null for what was not known before. */
  readonly from: string | null
  readonly to: string
  readonly priority: string
  /** What an operator did, where one did. */
  readonly action: string | null
  /** Whether it calls for attention: it is not shelved, suppressed or out of service. */
  readonly isAnnunciated: boolean
}

export interface CountedAlarm {
  readonly alarm: string
  readonly count: number
  /** Of all annunciations. */
  readonly share: number
}

export interface AlarmFigures {
  /** How often operators were called. */
  readonly annunciated: number
  /** The mean; EEMUA 191 calls 1 manageable, and 10 too many. */
  readonly perTenMinutes: number
  readonly mostInTenMinutes: number
  /** Aligned to UTC, empty ones left out. */
  readonly tenMinutes: readonly { readonly time: Micros; readonly count: number }[]
  readonly floods: readonly Flood[]
  /** The part of the time that was in floods. */
  readonly floodShare: number
  readonly priorities: readonly { readonly priority: AlarmPriority; readonly count: number }[]
  readonly mostFrequent: readonly CountedAlarm[]
  /** At least three times within a minute; `count` is the most within a minute. */
  readonly chattering: readonly { readonly alarm: string; readonly count: number }[]
  /** Seconds from the call to the acknowledgement; null where none was acknowledged. */
  readonly acknowledged: AcknowledgeTimes
}

export interface AcknowledgeTimes {
  readonly count: number
  readonly median: number | null
  readonly p90: number | null
  readonly longest: number | null
}

export const chatteringCalls = 3
export const chatteringMicros: Micros = 60 * microsPerSecond
/** An alarm that stands for so long tells nobody anything. */
export const staleMicros: Micros = 86_400 * microsPerSecond
const mostShown = 10

/** Whether a transition calls an operator: it is set, or set again for a higher priority. */
export const isCall = ({ from, to, action, isAnnunciated }: AlarmEvent): boolean =>
  isAnnunciated && to === 'SET_UNACK' && action === null && from !== 'SET_UNACK'

/** Takes events in order of time; `result` tells of all of them. */
export function createFigures(from: Micros, to: Micros) {
  const counts = new Map<string, number>()
  const chattering = new Map<string, number>()
  const calls = new Map<string, Micros[]>()
  const waiting = new Map<string, Micros>()
  const slots = new Map<Micros, number>()
  const priorities = new Map<string, number>()
  const waits: number[] = []
  const floods = createFloods()
  let annunciated = 0

  function called({ alarm, time, priority }: AlarmEvent): void {
    annunciated++
    counts.set(alarm, (counts.get(alarm) ?? 0) + 1)
    priorities.set(priority, (priorities.get(priority) ?? 0) + 1)
    const slot = time - (time % tenMinutes)
    slots.set(slot, (slots.get(slot) ?? 0) + 1)
    floods.call(time)
    if (!waiting.has(alarm)) waiting.set(alarm, time)
    const recent = (calls.get(alarm) ?? []).filter((one) => time - one < chatteringMicros)
    recent.push(time)
    calls.set(alarm, recent)
    if (recent.length >= chatteringCalls) {
      chattering.set(alarm, Math.max(chattering.get(alarm) ?? 0, recent.length))
    }
  }

  return {
    take(event: AlarmEvent): void {
      if (isCall(event)) called(event)
      if (event.to.endsWith('UNACK')) return
      const since = waiting.get(event.alarm)
      waiting.delete(event.alarm)
      if (since !== undefined && event.action !== null) {
        waits.push((event.time - since) / microsPerSecond)
      }
    },
    result(): AlarmFigures {
      const duration = Math.max(1, to - from)
      const found = floods.until(to)
      const flooded = found.reduce((sum, flood) => sum + flood.to - flood.from, 0)
      return {
        annunciated,
        perTenMinutes: (annunciated * tenMinutes) / duration,
        mostInTenMinutes: floods.most,
        tenMinutes: [...slots].map(([time, count]) => ({ time, count })),
        floods: found,
        floodShare: Math.min(1, flooded / duration),
        priorities: alarmPriorities.map((priority) => ({
          ...{ priority, count: priorities.get(priority) ?? 0 },
        })),
        mostFrequent: byCount(counts)
          .slice(0, mostShown)
          .map((one) => ({ ...one, share: one.count / annunciated })),
        chattering: byCount(chattering),
        acknowledged: timesOf(waits),
      }
    },
  }
}

const byCount = (counts: ReadonlyMap<string, number>) =>
  [...counts]
    .map(([alarm, count]) => ({ alarm, count }))
    .sort((a, b) => b.count - a.count || (a.alarm < b.alarm ? -1 : 1))

function timesOf(waits: readonly number[]): AcknowledgeTimes {
  const sorted = waits.toSorted((a, b) => a - b)
  const at = (part: number): number | null =>
    sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null
  return { count: sorted.length, median: at(0.5), p90: at(0.9), longest: at(1) }
}
