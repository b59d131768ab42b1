import { type Micros, microsPerSecond } from '@mla/model'

/** Turns a wall clock's reading (as if it were UTC) into the time that it was. */
export type Zone = (local: Micros) => Micros

const quarter = 15 * 60 * microsPerSecond
const mostKnown = 4096

/** True for a name that `zoneNamed` takes. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/**
 * A zone of the IANA database. A reading that came twice (the hour after summer time ends) is
 * taken for the first; one that never was (the hour before it begins) for an hour later.
 */
export function zoneNamed(name: string): Zone {
  if (name === 'UTC' || name === 'Etc/UTC') return (local) => local
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  })
  /** How far the zone is before UTC at a time. */
  const offsetAt = (time: Micros): Micros => {
    const part: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(time / 1000)) part[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
    const local = Date.UTC(year, month - 1, day, hour, minute, second) * 1000
    return local - Math.floor(time / microsPerSecond) * microsPerSecond
  }
  const known = new Map<number, Micros>()
  return (local) => {
    if (Number.isNaN(local)) return local
    const slot = Math.floor(local / quarter)
    let offset = known.get(slot)
    if (offset === undefined) {
      // A day before is before any change of this day: the offset that comes first.
      const early = offsetAt(local - 86_400 * microsPerSecond)
      offset = offsetAt(local - early) === early ? early : offsetAt(local - offsetAt(local - early))
      if (known.size >= mostKnown) known.clear()
      known.set(slot, offset)
    }
    return local - offset
  }
}
