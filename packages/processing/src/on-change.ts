import type { Micros } from '@mla/model'
import {
  loadNumber,
  loadPlain,
  type Plain,
  recordOf,
  type Saved,
  savePlain,
} from './observation.ts'
import type { Emit } from './operator.ts'

/** Says what is new at once, and what stays the same every `maxSilence`, so that silence means a fault. */
export function createOnChange(maxSilence: Micros) {
  let said: { value: Plain; status: number } | null = null
  let time = Number.NEGATIVE_INFINITY
  return {
    tell(at: Micros, value: Plain, status: number, emit: Emit): void {
      const same = said !== null && Object.is(said.value, value) && said.status === status
      if (same && at < time + maxSilence) return
      said = { value, status }
      time = at
      emit(at, value, status)
    },
    save: (): Saved =>
      said && { value: savePlain(said.value), status: said.status, time: savePlain(time) },
    load(saved: Saved | undefined): void {
      const state = recordOf(saved)
      if (state['status'] === undefined) return
      said = { value: loadPlain(state['value']), status: loadNumber(state['status']) }
      time = loadNumber(state['time'])
    },
  }
}
