import type { Point } from './api.ts'
import type { LiveValues } from './live-values.ts'

export type SortKey = 'point' | 'value' | 'quality' | 'age'

/** Old for its interval; a value that does not change may be sent rarely, so at least a minute. */
export const isStale = (ageMs: number, intervalMs: number): boolean =>
  ageMs > Math.max(60_000, 10 * intervalMs)

/** Worst first when it goes down: bad, uncertain, unknown, good. */
const severity = [1, 0, 2, 3]

/** The rows in the wanted order; equal ones stay in the order of the tree. */
export function sortRows(
  rows: Int32Array,
  key: SortKey,
  down: boolean,
  points: readonly Point[],
  values: Pick<LiveValues, 'last' | 'timeOf' | 'qualities'>,
): Int32Array {
  const sign = down ? -1 : 1
  const shownValue = (index: number): number | string => {
    const value = values.last(index)?.value ?? null
    return typeof value === 'number'
      ? value
      : typeof value === 'boolean'
        ? Number(value)
        : String(value)
  }
  const compare: Readonly<Record<SortKey, (a: number, b: number) => number>> = {
    point: (a, b) => a - b,
    quality: (a, b) =>
      (severity[values.qualities[a] ?? 0] ?? 0) - (severity[values.qualities[b] ?? 0] ?? 0),
    age: (a, b) => values.timeOf(b) - values.timeOf(a),
    value: (a, b) => compareValues(shownValue(a), shownValue(b), points[a], points[b]),
  }
  if (key === 'point' && !down) return rows
  return rows.slice().sort((a, b) => sign * compare[key](a, b) || a - b)
}

/** Numbers before texts, and numbers of one unit beside each other: others do not compare. */
function compareValues(
  a: number | string,
  b: number | string,
  pointA: Point | undefined,
  pointB: Point | undefined,
): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1
  const units = (pointA?.unit ?? '').localeCompare(pointB?.unit ?? '')
  if (units !== 0) return units
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b))
}
