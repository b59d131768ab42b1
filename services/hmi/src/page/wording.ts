import { showClock, showSpan, showTime } from './format.ts'
import type { Range } from './permalink.ts'
import { rawTier, type Trace } from './plot-data.ts'
import { shownMoment } from './time-cursor.ts'

/** What the plot's values were read from. */
export const statusWords = (traces: readonly Trace[]): string => {
  if (traces.every(({ times }) => times.length === 0)) return 'No values in this range.'
  const tiers = new Set(traces.map(({ tier }) => tier))
  const words = [...tiers].join(', ')
  return tiers.size === 1 && tiers.has(rawTier) ? words : `${words}: line mean, band min–max`
}

/** What the plot shows: how long back, or from when to when (milliseconds). */
export function rangeWords(range: Range, from: number, to: number, zone: 'utc' | 'local'): string {
  const name = zone === 'utc' ? 'UTC' : 'local time'
  if (range.kind === 'live' && shownMoment === null) {
    return `last ${showSpan(range.span)}, live, ${name}`
  }
  const isSameDay = showTime(from, zone).slice(0, 10) === showTime(to, zone).slice(0, 10)
  const end = isSameDay ? showClock(to, zone) : showTime(to, zone)
  return `${showTime(from, zone)} – ${end} ${name} (${showSpan(to - from)})`
}

/** What the table shows; `query` is null without a search. */
export function rowsWords(branch: string, count: number, query: string | null): string {
  const where = branch === '' ? 'all points' : branch
  if (query === null) return `${where}: ${count} points`
  if (count > 0) return `${where}: ${count} found for “${query}”`
  return `${where}: nothing found for “${query}”; Escape clears the search`
}
