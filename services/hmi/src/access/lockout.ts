/** Slows down whoever guesses: after some failures in a row each further one locks for longer. */
export interface Lockout {
  /** How long it is locked still, in milliseconds; 0 where it is not. */
  lockedMs(key: string, nowMs: number): number
  /** Counts a failure; how long it is locked by it. */
  failed(key: string, nowMs: number): number
  succeeded(key: string): void
}

export interface LockoutRules {
  /** Failures that lock nothing. */
  readonly free: number
  readonly firstMs: number
  readonly longestMs: number
  /** Keys that are remembered; the oldest go first. */
  readonly most: number
}

interface Entry {
  failures: number
  until: number
}

export function createLockout({ free, firstMs, longestMs, most }: LockoutRules): Lockout {
  const entries = new Map<string, Entry>()
  return {
    lockedMs: (key, nowMs) => Math.max(0, (entries.get(key)?.until ?? 0) - nowMs),
    failed(key, nowMs) {
      const before = entries.get(key)
      // Who was quiet for long after the last lock begins anew.
      const isOld = before && nowMs > before.until + longestMs
      const failures = (isOld ? 0 : (before?.failures ?? 0)) + 1
      const doublings = failures - free - 1
      const locked = doublings < 0 ? 0 : Math.min(longestMs, firstMs * 2 ** doublings)
      entries.delete(key)
      entries.set(key, { failures, until: nowMs + locked })
      if (entries.size > most) entries.delete(entries.keys().next().value as string)
      return locked
    },
    succeeded: (key) => void entries.delete(key),
  }
}
