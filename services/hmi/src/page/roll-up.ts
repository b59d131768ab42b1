import type { Quality } from './api.ts'

/** What the points of a subsystem come to. */
export interface RollUp {
  points: number
  bad: number
  uncertain: number
  /** Without a new value for long, although not BAD. */
  silent: number
}

export const emptyRollUp = (): RollUp => ({ points: 0, bad: 0, uncertain: 0, silent: 0 })

/** A point that sends what changes is asked for a value a minute at least; slower ones three times. */
const silentAfter = (intervalMs: number): number => Math.max(60_000, 3 * intervalMs)

/** Counts one point's newest sample. */
export function rollUp(sum: RollUp, quality: Quality, ageMs: number, intervalMs: number): void {
  if (quality === 'BAD') sum.bad++
  else if (quality === 'UNCERTAIN') sum.uncertain++
  if (quality !== 'BAD' && ageMs > silentAfter(intervalMs)) sum.silent++
}

/** The sign that a cell has: the worst of what is in it; silence counts where most are silent. */
export function worstOf({ points, bad, uncertain, silent }: RollUp): string {
  if (bad > 0) return 'bad'
  if (uncertain > 0) return 'uncertain'
  return silent * 2 > points ? 'silent' : ''
}

export function cellWords(sum: RollUp): { readonly short: string; readonly long: string } {
  const { points, bad, uncertain, silent } = sum
  const parts = [`${points} points`]
  if (bad > 0) parts.push(`${bad} bad`)
  if (uncertain > 0) parts.push(`${uncertain} uncertain`)
  if (silent > 0) parts.push(`${silent} without a new value`)
  if (parts.length === 1) parts.push('all good')
  const worst = bad || uncertain || (worstOf(sum) === 'silent' ? silent : 0)
  return { short: worst > 0 ? `${worst}/${points}` : String(points), long: parts.join(', ') }
}

/** Systems and their subsystems, by the first two names of the points; each in order of first use. */
export function matrixOf(ids: readonly string[]) {
  const cellOf = (id: string): string => id.split('/', 2).join('/')
  const paths = [...new Set(ids.map(cellOf))].map((path) => path.split('/'))
  const systems = [...new Set(paths.map(([system = '']) => system))].sort()
  const uses = new Map<string, number>()
  for (const [, subsystem = ''] of paths) uses.set(subsystem, (uses.get(subsystem) ?? 0) + 1)
  // What most systems have comes first, so that the matrix is dense on the left.
  const subsystems = [...uses.keys()].sort(
    (a, b) => (uses.get(b) ?? 0) - (uses.get(a) ?? 0) || (a < b ? -1 : 1),
  )
  return { systems, subsystems, cellOf }
}
