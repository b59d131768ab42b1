import type { Micros } from '@mla/model'
import { monthAt, wallClock } from './civil.ts'
import type { Zone } from './zone.ts'

/**
 * Reads time stamps out of bytes. `end` and `hasYear` tell of the last one that was read: a line
 * is read by one reader at a time, and a result object for each would cost more than the reading.
 */
export class StampReader {
  /** Behind the stamp. */
  end = 0

  readonly #zone: Zone

  /** The zone is for stamps that say none. */
  constructor(zone: Zone) {
    this.#zone = zone
  }

  /** `2026-11-21T08:00:00.123456+01:00`, also with a space or comma as loggers write; NaN for none. */
  iso(bytes: Uint8Array, from: number, to: number): Micros {
    if (to - from < 19) return Number.NaN
    const separator = bytes[from + 10]
    const isIso =
      bytes[from + 4] === 45 &&
      bytes[from + 7] === 45 &&
      (separator === 84 || separator === 32 || separator === 116) &&
      bytes[from + 13] === 58 &&
      bytes[from + 16] === 58
    if (!isIso) return Number.NaN
    const year = two(bytes, from) * 100 + two(bytes, from + 2)
    const local = wallClock(
      year,
      two(bytes, from + 5),
      two(bytes, from + 8),
      two(bytes, from + 11),
      two(bytes, from + 14),
      two(bytes, from + 17),
      this.#fraction(bytes, from + 19, to),
    )
    return this.#zoned(bytes, to, local)
  }

  /** `Nov  1 08:00:00`, also with a year behind the day or the time, or a fraction; NaN for none. */
  bsd(bytes: Uint8Array, from: number, to: number, reference: Micros): Micros {
    const month = to - from < 14 ? 0 : monthAt(bytes, from)
    if (month === 0 || bytes[from + 3] !== 32) return Number.NaN
    let at = from + 4
    if (bytes[at] === 32) at++
    let day = digit(bytes[at++])
    if (bytes[at] !== 32) day = day * 10 + digit(bytes[at++])
    if (bytes[at++] !== 32) return Number.NaN
    let year = 0
    if (isFour(bytes, at, to) && bytes[at + 4] === 32) {
      year = two(bytes, at) * 100 + two(bytes, at + 2)
      at += 5
    }
    if (to - at < 8 || bytes[at + 2] !== 58 || bytes[at + 5] !== 58) return Number.NaN
    const hour = two(bytes, at)
    const minute = two(bytes, at + 3)
    const second = two(bytes, at + 6)
    const micros = this.#fraction(bytes, at + 8, to)
    if (year === 0 && bytes[this.end] === 32 && isFour(bytes, this.end + 1, to)) {
      const after = bytes[this.end + 5]
      const found = two(bytes, this.end + 1) * 100 + two(bytes, this.end + 3)
      const isYear = found >= 1970 && found < 2200 && (after === 32 || after === 58)
      if (isYear) {
        year = found
        this.end += 5
      }
    }
    if (year === 0) return this.#zone(nearest(month, day, hour, minute, second, micros, reference))
    return this.#zone(wallClock(year, month, day, hour, minute, second, micros))
  }

  /** The digits behind a point or comma as microseconds; sets `end`. */
  #fraction(bytes: Uint8Array, at: number, to: number): number {
    this.end = at
    if (at >= to || (bytes[at] !== 46 && bytes[at] !== 44)) return 0
    let micros = 0
    let scale = 100_000
    let end = at + 1
    for (; end < to; end++) {
      const value = (bytes[end] as number) - 48
      if (value < 0 || value > 9) break
      micros += value * scale
      scale = scale > 1 ? scale / 10 : 0
    }
    if (end === at + 1) return 0
    this.end = end
    return micros
  }

  #zoned(bytes: Uint8Array, to: number, local: Micros): Micros {
    const at = this.end
    const sign = at < to ? bytes[at] : 0
    if (sign === 90 || sign === 122) {
      this.end = at + 1
      return local
    }
    if ((sign !== 43 && sign !== 45) || to - at < 3) return this.#zone(local)
    const hours = two(bytes, at + 1)
    const colon = bytes[at + 3] === 58 ? 1 : 0
    const minutes = to - at >= 5 + colon ? two(bytes, at + 3 + colon) : Number.NaN
    if (Number.isNaN(hours)) return this.#zone(local)
    this.end = Number.isNaN(minutes) ? at + 3 : at + 5 + colon
    const offset = (hours * 60 + (Number.isNaN(minutes) ? 0 : minutes)) * 60_000_000
    return sign === 43 ? local - offset : local + offset
  }
}

const day = 86_400_000_000

/**
 * The year that a stamp without one is of: the last one that does not put it more than a day
 * behind the reference, which is when it was received or the file was written. So December's
 * lines that come in January are of the year before, also on the 29th of February.
 */
export function nearest(
  month: number,
  dayOfMonth: number,
  hour: number,
  minute: number,
  second: number,
  micros: number,
  reference: Micros,
): Micros {
  const year = new Date(reference / 1000).getUTCFullYear()
  for (let back = -1; back <= 8; back++) {
    const time = wallClock(year - back, month, dayOfMonth, hour, minute, second, micros)
    if (time <= reference + day) return time
  }
  return Number.NaN
}

const digit = (byte: number | undefined): number => {
  const value = (byte ?? 0) - 48
  return value >= 0 && value <= 9 ? value : Number.NaN
}

/** Two digits as a number; NaN where they are none. */
function two(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 48
  const ones = (bytes[at + 1] as number) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

const isFour = (bytes: Uint8Array, at: number, to: number): boolean =>
  at + 4 <= to && !Number.isNaN(two(bytes, at)) && !Number.isNaN(two(bytes, at + 2))
