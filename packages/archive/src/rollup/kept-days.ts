import { dayOf, type Micros } from '@mla/model'

/**
 * Whether all samples of a day are still there, for `marginDays` more at least: a rollup made of what
 * is left of a day would be worse than the one that there is.
 */
export const isKeptDay = (
  retentionDays: number | null,
  day: number,
  now: Micros,
  marginDays: number,
): boolean => retentionDays === null || day >= dayOf(now) - retentionDays + marginDays

/** What is stored of a day: as of which changes its samples are, and in which class. */
export interface DayChange {
  readonly className: string
  /** What a rollup must be as of; null where none can be true. */
  readonly asOf: string | null
}

/**
 * Whether a rollup may be answered: it knows all samples of its day, or the day is over and what came
 * to it later stands alone.
 */
export function isTrueRollup(
  rollup: { readonly className: string; readonly asOf: string },
  change: DayChange | undefined,
  isKept: boolean,
): boolean {
  if (change?.className !== rollup.className) return false
  return change.asOf === rollup.asOf || !isKept
}
