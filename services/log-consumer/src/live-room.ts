import { rankOf } from '@mla/model'
import type { LiveRoom } from './sift.ts'

const important = rankOf('WARNING')
const mostSources = 10_000

interface Share {
  tokens: number
  filledAt: number
}

/**
 * Lets so many records a second through, one second's worth at once. Of nine tenths of it, a tenth is kept
 * for what is important; the last tenth is shared evenly by all sources, so that one that is flooding
 * does not hide the others. Nobody reads more, and the archive has them all.
 */
export function createLiveRoom(perSecond: number, nowMs: () => number): LiveRoom {
  const common = 0.9 * perSecond
  const reserve = common / 10
  const shares = new Map<string, Share>()
  let tokens = common
  let filledAt = nowMs()

  /** What a source is let through all the same. */
  function ownRoom(source: string): boolean {
    const now = nowMs()
    const each = (perSecond - common) / Math.max(1, shares.size)
    const most = Math.max(1, each)
    let share = shares.get(source)
    if (share === undefined) {
      if (shares.size >= mostSources) shares.clear()
      share = { tokens: most, filledAt: now }
      shares.set(source, share)
    }
    share.tokens = Math.min(most, share.tokens + (Math.max(0, now - share.filledAt) * each) / 1000)
    share.filledAt = now
    if (share.tokens < 1) return false
    share.tokens--
    return true
  }

  return (rank, source) => {
    if (tokens < reserve + 1) {
      const now = nowMs()
      tokens = Math.min(common, tokens + (Math.max(0, now - filledAt) * common) / 1000)
      filledAt = now
    }
    if (tokens < (rank >= important ? 1 : reserve + 1)) return ownRoom(source)
    tokens--
    return true
  }
}
