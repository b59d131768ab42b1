import { type Micros, microsPerDay, microsPerSecond, type PointId } from '@mla/model'

/** One UTC day of one point that has samples which its rollup does not know yet. */
export interface DueDay {
  readonly point: PointId
  readonly day: number
}

/** A day is rolled up this long after its end: by then its last block is stored. */
const settleMicros = 900 * microsPerSecond
/** And this long after the last late sample: they come in crowds. */
const quietMicros = 300 * microsPerSecond
/** Days remembered; what is beyond is read from its samples until the next start finds it. */
const most = 2_000_000

/** Which days are to be rolled up, and since when they lie still. */
export class DueDays {
  readonly #days = new Map<string, { readonly due: DueDay; changed: Micros }>()

  get size(): number {
    return this.#days.size
  }

  /** Notes that samples of this day were stored. */
  note(point: PointId, day: number, now: Micros): void {
    const key = `${day} ${point}`
    const known = this.#days.get(key)
    // Two notes of one moment differ, too.
    if (known) known.changed = Math.max(known.changed + 1, now)
    else if (this.#days.size < most) this.#days.set(key, { due: { point, day }, changed: now })
  }

  /** Adds a day that a process which is gone left. */
  found(point: PointId, day: number): void {
    if (!this.#days.has(`${day} ${point}`)) this.note(point, day, 0)
  }

  /** Those that are over and lie still, at most so many. They stay until `done`. */
  ripe(now: Micros, atMost: number): { readonly due: DueDay; readonly changed: Micros }[] {
    const ripe: { due: DueDay; changed: Micros }[] = []
    for (const { due, changed } of this.#days.values()) {
      if (now < (due.day + 1) * microsPerDay + settleMicros || now < changed + quietMicros) continue
      ripe.push({ due, changed })
      if (ripe.length >= atMost) break
    }
    return ripe
  }

  /** Forgets a day; false where it was noted again after `changed`, and stays. */
  done({ point, day }: DueDay, changed: Micros): boolean {
    const key = `${day} ${point}`
    return this.#days.get(key)?.changed === changed && this.#days.delete(key)
  }
}
