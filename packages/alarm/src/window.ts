import type { Micros } from '@mla/model'
import type { State } from './transfer-function.ts'

/** The values of the last while, with their times; the oldest go first, at the latest when full. */
export interface Window {
  add(time: Micros, value: number): void
  /** Forgets what is older than `from`. */
  trim(from: Micros): void
  readonly size: number
  time(i: number): Micros
  value(i: number): number
  save(): State
  load(state: State): void
}

export const largestWindow = 4_096

export function createWindow(): Window {
  let times: number[] = []
  let values: number[] = []
  let start = 0
  const compact = (): void => {
    if (start < 64 || start * 2 < times.length) return
    times = times.slice(start)
    values = values.slice(start)
    start = 0
  }
  return {
    add(time, value) {
      times.push(time)
      values.push(value)
      if (times.length - start > largestWindow) start++
      compact()
    },
    trim(from) {
      while (start < times.length && (times[start] ?? 0) < from) start++
      compact()
    },
    get size() {
      return times.length - start
    },
    time: (i) => times[start + i] ?? Number.NaN,
    value: (i) => values[start + i] ?? Number.NaN,
    save: () => ({ times: times.slice(start), values: values.slice(start).map(String) }),
    load(state) {
      const saved = { times: state['times'], values: state['values'] }
      if (!Array.isArray(saved.times) || !Array.isArray(saved.values)) return
      times = saved.times.map(Number)
      values = saved.values.map(Number)
      start = 0
    },
  }
}
