/**
 * Calls each of its members once per interval, at times that are multiples of the interval plus
 * the member's phase: members of one phase together, phases spread over the interval so that no
 * burst blocks the process.
 */
export interface Sampler extends Disposable {
  /** `phase` is of [0, 1). `sample` gets the time of the tick, in milliseconds since 1970. */
  add(intervalMs: number, phase: number, sample: (tickMs: number) => void): Member
  /** Ticks of members that were skipped since the process was held up for longer than a tick. */
  missedTicks(): number
}

/** Takes itself out of its sampler. */
export type Member = () => void

/** The latest tick at or before a time. */
export const tickAt = (nowMs: number, intervalMs: number, phase: number): number => {
  const offsetMs = offsetOf(intervalMs, phase)
  return Math.floor((nowMs - offsetMs) / intervalMs) * intervalMs + offsetMs
}

const slotMs = 20
const slotsOf = (intervalMs: number): number =>
  Math.max(1, Math.min(50, Math.floor(intervalMs / slotMs)))
const slotOf = (intervalMs: number, phase: number): number =>
  Math.min(slotsOf(intervalMs) - 1, Math.floor(phase * slotsOf(intervalMs)))
const offsetOf = (intervalMs: number, phase: number): number =>
  Math.round((slotOf(intervalMs, phase) * intervalMs) / slotsOf(intervalMs))

type Sample = (tickMs: number) => void
interface Slot {
  readonly phase: number
  readonly members: Set<Sample>
  lastTickMs: number
}
interface Wheel {
  readonly slots: Map<number, Slot>
  timer: NodeJS.Timeout | null
}

export function createSampler(now: () => number = Date.now): Sampler {
  const wheels = new Map<number, Wheel>()
  let missed = 0

  const run = (intervalMs: number, wheel: Wheel): void => {
    const nowMs = now()
    for (const slot of wheel.slots.values()) {
      const tickMs = tickAt(nowMs, intervalMs, slot.phase)
      if (tickMs <= slot.lastTickMs) continue
      const skipped = (tickMs - slot.lastTickMs) / intervalMs - 1
      missed += Math.round(skipped) * slot.members.size
      slot.lastTickMs = tickMs
      for (const sample of slot.members) sample(tickMs)
    }
    schedule(intervalMs, wheel)
  }

  const schedule = (intervalMs: number, wheel: Wheel): void => {
    const nowMs = now()
    let nextMs = Infinity
    for (const slot of wheel.slots.values()) nextMs = Math.min(nextMs, slot.lastTickMs + intervalMs)
    wheel.timer = setTimeout(run, Math.max(1, nextMs - nowMs), intervalMs, wheel)
  }

  const remove = (intervalMs: number, key: number, sample: Sample): void => {
    const wheel = wheels.get(intervalMs)
    const slot = wheel?.slots.get(key)
    if (!wheel || !slot?.members.delete(sample) || slot.members.size > 0) return
    wheel.slots.delete(key)
    if (wheel.slots.size > 0) return
    clearTimeout(wheel.timer ?? undefined)
    wheels.delete(intervalMs)
  }

  return {
    add(intervalMs, phase, sample) {
      const key = slotOf(intervalMs, phase)
      let wheel = wheels.get(intervalMs)
      if (!wheel) {
        wheel = { slots: new Map(), timer: null }
        wheels.set(intervalMs, wheel)
      }
      let slot = wheel.slots.get(key)
      if (!slot) {
        slot = { phase, members: new Set(), lastTickMs: tickAt(now(), intervalMs, phase) }
        wheel.slots.set(key, slot)
        clearTimeout(wheel.timer ?? undefined)
        schedule(intervalMs, wheel)
      }
      slot.members.add(sample)
      return () => remove(intervalMs, key, sample)
    },
    missedTicks: () => missed,
    [Symbol.dispose]() {
      for (const wheel of wheels.values()) clearTimeout(wheel.timer ?? undefined)
      wheels.clear()
    },
  }
}
