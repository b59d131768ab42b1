import type { Names, PropertyReader } from './property-reader.ts'

/** Four limits with a dead band: set at or beyond the `on` ones, cleared inside the `off` ones. */
export interface Limits {
  readonly highOn: number
  readonly highOff: number
  readonly lowOn: number
  readonly lowOff: number
}

type LimitName = keyof Limits

/** Reads `<prefix>.highOn` and the others, for each of the prefixes, or the bare names. */
export function readLimits(properties: PropertyReader, prefixes: readonly string[]): Limits {
  const names = (limit: LimitName): Names => {
    const python = limit.charAt(0).toUpperCase() + limit.slice(1)
    const [first = limit, ...rest] = prefixes.map((prefix) => `${prefix}.${limit}`)
    return [first, ...rest, limit, python]
  }
  const isGiven = (limit: LimitName): boolean => properties.text(names(limit)) !== null
  // Not Number.MIN_VALUE, which is the smallest number above zero.
  const highOn = properties.number(names('highOn'), Number.MAX_VALUE)
  const lowOn = properties.number(names('lowOn'), -Number.MAX_VALUE)
  const highOff = properties.number(names('highOff'), highOn)
  const lowOff = properties.number(names('lowOff'), lowOn)
  if (highOff > highOn) {
    const cure = 'clear at or below where it is set'
    properties.problem(
      `highOff ${highOff} is above highOn ${shown(highOn)}`,
      cure,
      names('highOff'),
    )
  }
  if (lowOff < lowOn) {
    const cure = 'clear at or above where it is set'
    properties.problem(`lowOff ${lowOff} is below lowOn ${shown(lowOn)}`, cure, names('lowOff'))
  }
  if (lowOff > highOff) {
    const cure = 'leave a range in which the alarm is clear'
    properties.problem(`lowOff ${lowOff} is above highOff ${highOff}`, cure, names('lowOff'))
  }
  if (!isGiven('highOn') && !isGiven('lowOn')) {
    const cure = 'give highOn, lowOn or both'
    properties.problem('it has no limit and would never be set', cure, names('highOn'))
  }
  return { highOn, highOff, lowOn, lowOff }
}

const shown = (value: number): string =>
  Math.abs(value) === Number.MAX_VALUE ? '(not given)' : String(value)

/** Whether the alarm is set by a value; NaN is for the caller to hold back. */
export const isBeyond = (limits: Limits, value: number, wasSet: boolean): boolean =>
  value >= limits.highOn ||
  value <= limits.lowOn ||
  (wasSet && (value >= limits.highOff || value <= limits.lowOff))
