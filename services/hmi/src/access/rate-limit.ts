/** Token buckets by key: some requests at once, then so many a second. */
export interface RateLimit {
  /** Takes one; false where there is none left. */
  take(key: string, nowMs: number): boolean
}

export interface RateRules {
  readonly perSecond: number
  readonly burst: number
  /** Keys that are remembered; the one used longest ago goes first. */
  readonly most: number
}

export function createRateLimit({ perSecond, burst, most }: RateRules): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>()
  return {
    take(key, nowMs) {
      const before = buckets.get(key) ?? { left: burst, at: nowMs }
      const left = Math.min(burst, before.left + ((nowMs - before.at) / 1000) * perSecond)
      const isAllowed = left >= 1
      buckets.delete(key)
      buckets.set(key, { left: isAllowed ? left - 1 : left, at: nowMs })
      if (buckets.size > most) buckets.delete(buckets.keys().next().value as string)
      return isAllowed
    },
  }
}
