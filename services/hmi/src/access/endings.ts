import type { User } from './identity.ts'

/** Tells when what somebody has shown no longer holds: it expired, was taken back, or changed. */
export interface Endings {
  /** Calls once; the function it returns takes it back. */
  watch(user: User, ended: () => void): () => void
  /** Something of users, tokens or sessions has changed. */
  check(): void
}

interface Watched {
  readonly user: User
  readonly ended: () => void
}

const checkMs = 1_000

/** `isGood` is asked each second for what expires, and for all after a change. */
export function createEndings(isGood: (user: User) => boolean, signal: AbortSignal): Endings {
  const watched = new Set<Watched>()
  let ticks: NodeJS.Timeout | null = null

  const look = (which: (user: User) => boolean): void => {
    for (const one of [...watched]) {
      if (!which(one.user) || isGood(one.user)) continue
      watched.delete(one)
      one.ended()
    }
    if (watched.size > 0 || !ticks) return
    clearInterval(ticks)
    ticks = null
  }
  signal.addEventListener('abort', () => ticks && clearInterval(ticks), { once: true })

  return {
    watch(user, ended) {
      if (user.by === 'off') return () => {}
      const one = { user, ended }
      watched.add(one)
      ticks ??= setInterval(() => look(({ expiresMs }) => expiresMs !== null), checkMs)
      return () => {
        watched.delete(one)
        look(() => false)
      }
    },
    check: () => look(() => true),
  }
}
