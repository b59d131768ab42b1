import { type Micros, microsPerSecond, parseDuration } from '@mla/model'
import {
  type AlarmPriority,
  alarmPriorities,
  defaultPriority,
  parsePriority,
} from './alarm-state.ts'

/** What is wrong with the configuration of an ASCE; `property` is null for the ASCE as a whole. */
export interface AsceProblem {
  readonly property: string | null
  readonly message: string
  readonly cure: string
}

/** The names of one property: IAS's own, and ours. The first that is given counts. */
export type Names = readonly [string, ...string[]]

/** Reads properties, which are texts, as what they mean; tells all that is wrong. */
export interface PropertyReader {
  text(names: Names): string | null
  number(names: Names, fallback: number): number
  integer(names: Names, range: { min: number; max?: number; fallback?: number }): number
  boolean(names: Names, fallback?: boolean): boolean
  priority(names: Names, fallback?: AlarmPriority): AlarmPriority
  /** Seconds, or a duration such as 250ms or 5m; in microseconds. */
  time(names: Names, range: { min?: Micros; fallback?: Micros }): Micros
  required(names: Names): string
  problem(message: string, cure: string, names?: Names | null): void
  readonly problems: readonly AsceProblem[]
  /** The properties that nobody has asked for. */
  unused(): readonly string[]
  /** All properties whose name begins so, without that beginning. */
  startingWith(prefix: string): ReadonlyMap<string, string>
}

export function createPropertyReader(properties: Readonly<Record<string, string>>): PropertyReader {
  const problems: AsceProblem[] = []
  const asked = new Set<string>()
  const given = (names: Names): string | null => {
    for (const name of names) asked.add(name)
    return names.find((name) => Object.hasOwn(properties, name)) ?? null
  }
  const text = (names: Names): string | null => {
    const name = given(names)
    return name === null ? null : (properties[name] ?? null)
  }
  const problem = (message: string, cure: string, names: Names | null = null): void => {
    problems.push({ property: names && (given(names) ?? names[0]), message, cure })
  }
  const missing = (names: Names): void =>
    problem(`the property "${names[0]}" is missing`, `add it to props`, names)
  const wrong = (names: Names, value: string, wanted: string): void =>
    problem(`"${value.slice(0, 60)}" is not ${wanted}`, `write ${wanted}`, names)

  return {
    text,
    problem,
    problems,
    required(names) {
      const value = text(names)
      if (value === null || value.trim() === '') missing(names)
      return value ?? ''
    },
    number(names, fallback) {
      const value = text(names)
      if (value === null) return fallback
      const number = numberFrom(value)
      if (number === null) wrong(names, value, 'a number')
      return number ?? fallback
    },
    integer(names, { min, max = Number.MAX_SAFE_INTEGER, fallback }) {
      const value = text(names)
      if (value === null) {
        if (fallback === undefined) missing(names)
        return fallback ?? min
      }
      const number = /^\s*[-+]?\d{1,15}\s*$/.test(value) ? Number(value) : Number.NaN
      if (number >= min && number <= max) return number
      const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`
      wrong(names, value, `a whole number ${range}`)
      return fallback ?? min
    },
    boolean(names, fallback = false) {
      const value = text(names)?.trim().toLowerCase()
      if (value === undefined) return fallback
      if (value !== 'true' && value !== 'false') wrong(names, value, 'true or false')
      return value === 'true'
    },
    priority(names, fallback = defaultPriority) {
      const value = text(names)
      if (value === null) return fallback
      const priority = parsePriority(value)
      if (priority === null) wrong(names, value, alarmPriorities.join(', '))
      return priority ?? fallback
    },
    time(names, { min = 0, fallback }) {
      const value = text(names)
      if (value === null) {
        if (fallback === undefined) missing(names)
        return fallback ?? min
      }
      const micros = microsFrom(value.trim())
      if (micros !== null && micros >= min) return micros
      wrong(
        names,
        value,
        `a time in seconds of at least ${min / microsPerSecond}, such as 10 or 5m`,
      )
      return fallback ?? min
    },
    unused: () => Object.keys(properties).filter((name) => !asked.has(name)),
    startingWith(prefix) {
      const found = new Map<string, string>()
      for (const [name, value] of Object.entries(properties)) {
        if (!name.startsWith(prefix)) continue
        asked.add(name)
        found.set(name.slice(prefix.length), value)
      }
      return found
    },
  }
}

function numberFrom(text: string): number | null {
  if (!/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*[dDfF]?\s*$/.test(text)) return null
  return Number(text.trim().replace(/[dDfF]$/, ''))
}

function microsFrom(text: string): Micros | null {
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * microsPerSecond)
  try {
    return parseDuration(text)
  } catch {
    return null
  }
}
