import { parseAlarm } from '@mla/alarm'
import type { Micros, WireIasio } from '@mla/model'

/** Who is told of an alarm, and what is run for it. */
export interface CallRules {
  readonly mail: readonly string[]
  /** A program in the folder of commands. */
  readonly command: string | null
  /** It must be set for so long before anything is done. */
  readonly delay: Micros
}

/** Something that people, or a command, are told of an alarm. */
export interface Call {
  readonly wire: WireIasio
  readonly rules: CallRules
  readonly time: Micros
}

/** While the equipment is being worked on nobody is sent mail: as IAS does. */
const quietModes = ['MAINTENANCE', 'SHUTTEDDOWN']

interface Waiting {
  readonly wire: WireIasio
  readonly dueAt: Micros
}

/**
 * Decides when people are told: when an alarm has been set for its delay, when it becomes more
 * urgent, and when one that they were told of clears. An acknowledgement is nothing new to them. Of an
 * alarm that was set before this process began they know, unless its delay is not over.
 */
export function createCalls(rulesOf: (id: string) => CallRules | null) {
  const waiting = new Map<string, Waiting>()
  /** What people know to be set, as they were told. */
  const told = new Map<string, WireIasio>()

  return {
    take(wire: WireIasio, isFirst: boolean, now: Micros): readonly Call[] {
      const rules = rulesOf(wire.id)
      const alarm = wire.value === null ? null : parseAlarm(wire.value)
      if (alarm === null || rules === null) return []
      const known = told.get(wire.id)
      if (!alarm.isSet) {
        waiting.delete(wire.id)
        told.delete(wire.id)
        return known ? [{ wire, rules, time: now }] : []
      }
      if (wire.annunciation !== 'ANNUNCIATED' || quietModes.includes(wire.mode)) {
        waiting.delete(wire.id)
        return []
      }
      const dueAt = (wire.setSince ?? now) + rules.delay
      if (known) {
        const isOther = parseAlarm(known.value ?? '')?.priority !== alarm.priority
        if (!isOther) return []
        told.set(wire.id, wire)
        return [{ wire, rules, time: now }]
      }
      // A sign of life of what was set before: whoever was here then has told of it.
      if (isFirst && !wire.isChange && dueAt <= now) told.set(wire.id, wire)
      else waiting.set(wire.id, { wire, dueAt })
      return []
    },
    /** Those whose delay is over. */
    due(now: Micros): readonly Call[] {
      const calls: Call[] = []
      for (const [id, { wire, dueAt }] of waiting) {
        if (dueAt > now) continue
        waiting.delete(id)
        const rules = rulesOf(id)
        if (rules === null) continue
        told.set(id, wire)
        calls.push({ wire, rules, time: now })
      }
      return calls
    },
    forget(): void {
      waiting.clear()
      told.clear()
    },
  }
}
