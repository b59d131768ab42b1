import type { ArchivedTransition } from '@mla/archive'
import { type Micros, microsPerSecond } from '@mla/model'

/** How long an alarm of a priority that stops observing was set in a range. */
export interface DowntimeCause {
  readonly alarm: string
  /** The gravest that it had. */
  readonly priority: string
  /** How often it was set in the range; once where it was set before and stayed. */
  readonly count: number
  readonly seconds: number
  /** Of one stretch. */
  readonly longestSeconds: number
}

export interface Downtime {
  /** Seconds in which at least one of them was set. */
  readonly seconds: number
  /** The longest first. */
  readonly causes: readonly DowntimeCause[]
}

/** What stops observing until somebody has acted; the lesser call for attention. */
const grave: readonly string[] = ['HIGH', 'CRITICAL']

interface Stretch {
  readonly alarm: string
  readonly priority: string
  readonly from: Micros
  readonly to: Micros
}

/**
 * Downtime of [from, to) by the alarms that were set. `before` are the last transitions of all
 * alarms at `from`, `transitions` those of the range, the oldest first.
 */
export function downtimeOf(
  before: readonly ArchivedTransition[],
  transitions: Iterable<ArchivedTransition>,
  from: Micros,
  to: Micros,
): Downtime {
  const open = new Map<string, { readonly since: Micros; readonly priority: string }>()
  const stretches: Stretch[] = []
  const end = (alarm: string, time: Micros): void => {
    const begun = open.get(alarm)
    open.delete(alarm)
    if (begun) stretches.push({ alarm, priority: begun.priority, from: begun.since, to: time })
  }
  const take = ({ alarm, to: state, priority }: ArchivedTransition, time: Micros): void => {
    const isDown = state.startsWith('SET') && grave.includes(priority)
    if (!isDown) {
      end(alarm, time)
      return
    }
    const known = open.get(alarm)
    const worst = known && grave.indexOf(known.priority) > grave.indexOf(priority)
    open.set(alarm, {
      since: known?.since ?? time,
      priority: worst ? known.priority : priority,
    })
  }
  for (const one of before) take(one, from)
  for (const one of transitions) take(one, one.time)
  for (const alarm of [...open.keys()]) end(alarm, to)
  return { seconds: unionOf(stretches), causes: causesOf(stretches) }
}

function causesOf(stretches: readonly Stretch[]): readonly DowntimeCause[] {
  const causes = [...Map.groupBy(stretches, ({ alarm }) => alarm)].map(([alarm, own]) => {
    const lengths = own.map((one) => (one.to - one.from) / microsPerSecond)
    return {
      ...{ alarm, count: own.length, longestSeconds: Math.max(...lengths) },
      priority: own.some(({ priority }) => priority === 'CRITICAL') ? 'CRITICAL' : 'HIGH',
      seconds: lengths.reduce((sum, each) => sum + each, 0),
    }
  })
  return causes.sort((a, b) => b.seconds - a.seconds || (a.alarm < b.alarm ? -1 : 1))
}

/** Seconds that lie in at least one of them. */
function unionOf(stretches: readonly Stretch[]): number {
  let sum = 0
  let reached = Number.NEGATIVE_INFINITY
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    if (to <= reached) continue
    sum += to - Math.max(from, reached)
    reached = to
  }
  return sum / microsPerSecond
}
