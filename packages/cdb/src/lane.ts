import type { PointId } from '@mla/model'

/** Which of `lanes` a point travels in: FNV-1a of its id, so that it never moves by itself. */
export function laneOf(point: PointId, lanes: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < point.length; i++) {
    hash = Math.imul(hash ^ point.charCodeAt(i), 0x01000193)
  }
  // The low bits of FNV are the weaker ones.
  hash ^= hash >>> 16
  return (hash >>> 0) % Math.max(1, lanes)
}
