import { rankOf } from '@mla/model'
import type { LiveRoom } from './sift.ts'

const important = rankOf('WARNING')

/**
 * Lets so many records a second through, one second's worth at once; a tenth of it is kept for
 * what is important. Nobody reads more, and the archive has them all.
 */
export function createLiveRoom(perSecond: number, nowMs: () => number): LiveRoom {
  const reserve = perSecond / 10
  let tokens = perSecond
  let filledAt = nowMs()
  return (rank) => {
    if (tokens < reserve + 1) {
      const now = nowMs()
      tokens = Math.min(perSecond, tokens + (Math.max(0, now - filledAt) * perSecond) / 1000)
      filledAt = now
    }
    if (tokens < (rank >= important ? 1 : reserve + 1)) return false
    tokens--
    return true
  }
}
