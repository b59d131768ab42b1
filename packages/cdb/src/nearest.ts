/** The candidate that a wrong text was probably meant to be, or null. */
export function nearest(text: string, candidates: Iterable<string>): string | null {
  const wanted = text.slice(0, 60).toLowerCase()
  let best: string | null = null
  let bestDistance = Math.max(1, Math.ceil(wanted.length * 0.4)) + 1
  for (const candidate of candidates) {
    const length = candidate.length
    if (length > 100 || Math.abs(length - wanted.length) >= bestDistance) continue
    const distance = editDistance(wanted, candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** `did you mean "x"?`, or else what there is. */
export function suggest(text: string, candidates: Iterable<string>, otherwise: string): string {
  const best = nearest(text, candidates)
  return best === null ? otherwise : `did you mean "${best}"?`
}

/** Up to a dozen names, for a cure. */
export function listNames(names: Iterable<string>): string {
  const all = [...names]
  if (all.length === 0) return 'none'
  return all.slice(0, 12).join(', ') + (all.length > 12 ? `, … (${all.length})` : '')
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (before[j - 2] ?? 0) + 1)
      }
      row.push(best)
    }
    before = last
    last = row
  }
  return last[b.length] ?? 0
}
