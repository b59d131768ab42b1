/**
 * The range of a value axis that stays where it is while the data suit it: it widens at once when
 * a value leaves it and shrinks only when the data need less than half of it.
 */
export function steadyRange(): (
  chart: unknown,
  low: number | null,
  high: number | null,
) => [number, number] {
  let before: readonly [number, number] | null = null
  return (_chart, low, high) => {
    if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high))
      return before ? [before[0], before[1]] : [0, 1]
    const span = high - low || Math.abs(high) * 0.1 || 1
    const isInside = before && low >= before[0] && high <= before[1]
    if (before && isInside && span > (before[1] - before[0]) / 2.5) return [before[0], before[1]]
    const middle = (low + high) / 2
    const half = Math.max((high - low) / 2, high === low ? span : 0) * 1.15
    before = [middle - half, middle + half]
    return [before[0], before[1]]
  }
}
