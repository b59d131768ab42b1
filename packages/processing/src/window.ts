import type { Micros } from '@mla/model'
import {
  badNoData,
  loadNumber,
  type Observation,
  recordOf,
  type Saved,
  savePlain,
  uncertainSubNormal,
} from './observation.ts'
import type { Emit, Operator } from './operator.ts'
import { Series } from './series.ts'
import { type Outcome, type Statistic, statisticOf } from './statistics.ts'

/** By time: [end - width, end), with an end at every multiple of `every`, UTC. By count: the last `size`, every `step`. */
export type WindowSpan =
  | { readonly kind: 'time'; readonly width: Micros; readonly every: Micros }
  | { readonly kind: 'count'; readonly size: number; readonly step: number }

export interface WindowRules {
  readonly kind: 'window'
  readonly span: WindowSpan
  readonly give: Statistic
  /** How long a value counts for integrals and times; null for as long as no other comes. */
  readonly maxHold: Micros | null
}

/** Windows without an end that a jump of the clock may ask for; the others are passed over. */
const mostAtOnce = 10_000
/** Where one window would hold more, the oldest leave it and its result says so. */
const mostHeld = 200_000

/** A statistic of tumbling or sliding windows. A window by time is stamped with its end. */
export function createWindow(rules: WindowRules): Operator {
  return rules.span.kind === 'time' ? timeWindow(rules, rules.span) : countWindow(rules, rules.span)
}

function timeWindow(
  { give, maxHold }: WindowRules,
  { width, every }: Extract<WindowSpan, { kind: 'time' }>,
): Operator {
  const series = new Series()
  /** What was before is not known: a window that reaches back beyond it is partial. */
  let since = Number.POSITIVE_INFINITY
  let nextEnd = Number.POSITIVE_INFINITY
  /** The last window had nothing in it, and that was said. */
  let isSilent = false

  function close(end: Micros, emit: Emit): void {
    const [start, hold] = [end - width, maxHold ?? Number.POSITIVE_INFINITY]
    const [from, to] = [series.indexOf(start), series.indexOf(end)]
    const outcome = statisticOf(give, { series, from, to, start, end, maxHold: hold })
    if (outcome.value !== null || !isSilent) tell(end, outcome, start < since, emit)
    isSilent = outcome.value === null
    // The one before the next window's start is in force when it begins.
    series.drop(Math.max(0, series.indexOf(start + every) - 1))
  }

  return {
    take(_, observation) {
      if (since === Number.POSITIVE_INFINITY) {
        since = observation.time
        nextEnd = Math.floor(since / every) * every + every
      }
      series.push(observation)
      if (series.length > mostHeld) {
        series.drop(1)
        since = Math.max(since, series.time(0))
      }
    },
    settle() {},
    advance(to, emit) {
      for (let n = 0; nextEnd <= to; nextEnd += every) {
        if (++n > mostAtOnce) nextEnd = Math.max(nextEnd, Math.floor(to / every) * every)
        close(nextEnd, emit)
      }
    },
    save: () => ({
      series: series.save(),
      since: savePlain(since),
      nextEnd: savePlain(nextEnd),
      isSilent,
    }),
    load(saved) {
      const state = recordOf(saved)
      series.load(state['series'])
      since = loadNumber(state['since'])
      nextEnd = loadNumber(state['nextEnd'])
      isSilent = state['isSilent'] === true
    },
  }
}

function countWindow(
  { give, maxHold }: WindowRules,
  { size, step }: Extract<WindowSpan, { kind: 'count' }>,
): Operator {
  const series = new Series()
  /** How many more observations the next window wants. */
  let wanted = size
  return {
    take(_, observation: Observation, emit) {
      series.push(observation)
      if (series.length > size + 1) series.drop(1)
      if (--wanted > 0) return
      wanted = step
      const [from, to] = [series.length - size, series.length]
      const [start, end] = [series.time(from), observation.time]
      const hold = maxHold ?? Number.POSITIVE_INFINITY
      tell(end, statisticOf(give, { series, from, to, start, end, maxHold: hold }), false, emit)
    },
    settle() {},
    advance() {},
    save: () => ({ series: series.save(), wanted }),
    load(saved: Saved | undefined) {
      const state = recordOf(saved)
      series.load(state['series'])
      wanted = loadNumber(state['wanted'])
    },
  }
}

function tell(time: Micros, { value, isPartial }: Outcome, isCut: boolean, emit: Emit): void {
  if (value === null) emit(time, null, badNoData)
  else emit(time, value, isPartial || isCut ? uncertainSubNormal : 0)
}
