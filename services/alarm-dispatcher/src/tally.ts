import {
  type BsdbChange,
  type BsdbEntry,
  chatteringCalls,
  chatteringMicros,
  escalatedSince,
  isCall,
  parseAlarm,
  staleMicros,
} from '@mla/alarm'
import { type Micros, microsPerSecond } from '@mla/model'
import type { MakingOf } from './makings.ts'

export interface TallyReport {
  called(priority: string): void
  acknowledged(seconds: number): void
}

/** How long an alarm is said to chatter after it last did. */
const chatterShown: Micros = 600 * microsPerSecond

/**
 * Counts, as it happens, what ISA-18.2 asks of an alarm system: how often operators are called, how
 * long they take, which alarms chatter. The API works the same out of the archive for any range.
 */
export function createTally(report: TallyReport) {
  /** Of each alarm its calls of the last minute, and when it last chattered. */
  const calls = new Map<string, Micros[]>()
  const chattered = new Map<string, Micros>()

  function take({ entry: { wire }, before }: BsdbChange): void {
    const alarm = wire.value === null ? null : parseAlarm(wire.value)
    if (alarm === null || (before === null && !wire.isChange)) return
    const time = wire.production ?? 0
    const { action, setSince } = wire
    if (action && alarm.isAcknowledged && parseAlarm(wire.before ?? '')?.isAcknowledged === false) {
      if (setSince !== null) report.acknowledged((action.time - setSince) / microsPerSecond)
    }
    const event = {
      ...{ alarm: wire.id, time, to: alarm.state, priority: alarm.priority },
      from: parseAlarm(before?.wire.value ?? wire.before ?? '')?.state ?? null,
      action: action?.kind ?? null,
      isAnnunciated: wire.annunciation === 'ANNUNCIATED',
    }
    if (!isCall(event)) return
    report.called(alarm.priority)
    const recent = (calls.get(wire.id) ?? []).filter((one) => time - one < chatteringMicros)
    recent.push(time)
    calls.set(wire.id, recent)
    if (recent.length >= chatteringCalls) chattered.set(wire.id, time)
  }

  return {
    take(changes: readonly BsdbChange[]): void {
      for (const change of changes) take(change)
    },
    chattering(now: Micros): number {
      for (const [id, time] of chattered) if (now - time > chatterShown) chattered.delete(id)
      return chattered.size
    },
  }
}

export type Tally = ReturnType<typeof createTally>

/** Alarms that wait longer to be acknowledged than they may. */
export function countEscalated(
  entries: Iterable<BsdbEntry>,
  makingOf: MakingOf,
  now: Micros,
): number {
  let waiting = 0
  for (const { wire } of entries) {
    const patience = makingOf(wire.id)?.options.escalateAfter ?? null
    if (escalatedSince(wire, patience, now) !== null) waiting++
  }
  return waiting
}

/** Alarms that are set for longer than a day. */
export function countStale(entries: Iterable<BsdbEntry>, now: Micros): number {
  let stale = 0
  for (const { wire } of entries) {
    const isSet = parseAlarm(wire.value ?? '')?.isSet === true
    const isOut = wire.annunciation === 'OUT_OF_SERVICE'
    if (isSet && !isOut && wire.setSince !== null && now - wire.setSince > staleMicros) stale++
  }
  return stale
}
