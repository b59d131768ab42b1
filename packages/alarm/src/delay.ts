import type { Micros } from '@mla/model'
import { never, type State } from './transfer-function.ts'

/**
 * A condition that must hold for a time before it counts, each way. The time runs from when the
 * wanted state last turned, whatever else about the input changes; a turn back starts it anew.
 */
export interface Delay {
  /** What counts at this time, given what was counted before; `due` says when to ask again. */
  next(wanted: boolean, is: boolean, now: Micros): boolean
  readonly due: Micros
  save(): State
  load(state: State): void
}

export function createDelay(toSet: Micros, toClear: Micros): Delay {
  let wantedBefore: boolean | null = null
  let since: Micros = 0
  let due = never
  return {
    next(wanted, is, now) {
      if (wanted !== wantedBefore) {
        wantedBefore = wanted
        since = now
      }
      const at = since + (wanted ? toSet : toClear)
      const change = wanted !== is && now >= at
      due = wanted !== is && !change ? at : never
      return change ? wanted : is
    },
    get due() {
      return due
    },
    save: () => ({ wanted: wantedBefore, since }),
    load(state) {
      wantedBefore = typeof state['wanted'] === 'boolean' ? state['wanted'] : null
      since = typeof state['since'] === 'number' ? state['since'] : 0
    },
  }
}
