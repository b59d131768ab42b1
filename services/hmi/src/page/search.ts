import { matchesGlob } from '@mla/model/glob'
import type { Point } from './api.ts'

export interface SearchIndex {
  readonly ids: readonly string[]
  readonly texts: readonly string[]
}

/** Small letters once, so that a key press costs only the comparing. */
export function createSearchIndex(points: readonly Point[]): SearchIndex {
  const ids = points.map(({ id }) => id.toLowerCase())
  return { ids, texts: points.map((p, i) => `${ids[i]}\n${(p.description ?? '').toLowerCase()}`) }
}

/**
 * The places, ascending, of the points that have every word of `query`.
 *
 * A word with `*` or `?` is a pattern on the id as in `points(match:)`, one without `/` on any
 * part of the id; any other word is a part of the id or the description. Case never counts.
 */
export function search({ ids, texts }: SearchIndex, query: string): Int32Array {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const plain = words.filter((word) => !/[*?]/.test(word))
  const globs = words
    .filter((word) => /[*?]/.test(word))
    .map((word) => (word.includes('/') ? [word] : [`**/${word}`, `**/${word}/**`]))
  const found: number[] = []
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] ?? ''
    const id = ids[i] ?? ''
    if (
      plain.every((word) => text.includes(word)) &&
      globs.every((either) => either.some((glob) => matchesGlob(glob, id)))
    )
      found.push(i)
  }
  return Int32Array.from(found)
}
