import { type Micros, microsPerSecond } from '@mla/model'

/** More calls than an operator can handle. */
export interface Flood {
  readonly from: Micros
  readonly to: Micros
  readonly count: number
}

export const tenMinutes: Micros = 600 * microsPerSecond
/** A flood begins with more than this in ten minutes, and ends with fewer than that: EEMUA 191. */
const beginsAbove = 10
const endsBelow = 5

/** Finds floods in calls that come in order of time. */
export function createFloods() {
  const found: Flood[] = []
  /** The calls of the last ten minutes, from `first` on. */
  let window: Micros[] = []
  let first = 0
  let open: { from: Micros; count: number } | null = null
  let most = 0
  const size = (): number => window.length - first

  /** Lets time pass: calls grow old one by one, and with one of them a flood ends. */
  function pass(now: Micros): void {
    for (let oldest = window[first]; oldest !== undefined; oldest = window[first]) {
      const end = oldest + tenMinutes
      if (end > now) break
      first++
      if (open && size() < endsBelow) {
        found.push({ ...open, to: end })
        open = null
      }
    }
    if (first > 1024 && first > window.length / 2) {
      window = window.slice(first)
      first = 0
    }
  }

  return {
    call(time: Micros): void {
      pass(time)
      window.push(time)
      most = Math.max(most, size())
      if (open) open.count++
      else if (size() > beginsAbove) open = { from: window[first] ?? time, count: size() }
    },
    /** All of them; one that has not ended ends here. */
    until(time: Micros): readonly Flood[] {
      pass(time)
      return open ? [...found, { ...open, to: time }] : found
    },
    /** The most calls within any ten minutes. */
    get most(): number {
      return most
    },
  }
}
