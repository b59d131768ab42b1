import type { Role, User } from './identity.ts'
import { hashOf, newSecret } from './secrets.ts'
import type { AccessStore, StoredSession } from './store.ts'

/** What a cookie stands for; they outlive a restart. */
export interface Sessions {
  /** Begins one; answers what the cookie holds. `role` is null for a local user. */
  begin(name: string, role: Role | null): Promise<string>
  find(secret: string): User | null
  end(secret: string): Promise<void>
}

export interface SessionsParts {
  readonly store: AccessStore
  readonly lengthMs: number
  readonly nowMs: () => number
}

/** Of one user; the oldest go first. */
const mostOfUser = 50

export function createSessions({ store, lengthMs, nowMs }: SessionsParts): Sessions {
  const byHash = (hash: string): StoredSession | undefined =>
    store.state.sessions.find((session) => session.hash === hash)

  return {
    async begin(name, role) {
      const secret = newSecret()
      const createdMs = nowMs()
      const session = {
        ...{ hash: hashOf(secret), name, role, createdMs },
        expiresMs: createdMs + lengthMs,
      }
      await store.change((state) => {
        const alive = state.sessions.filter(({ expiresMs }) => expiresMs > createdMs)
        const own = alive.filter((one) => one.name === name)
        const surplus = new Set(own.slice(0, Math.max(0, own.length + 1 - mostOfUser)))
        return { ...state, sessions: [...alive.filter((one) => !surplus.has(one)), session] }
      })
      return secret
    },
    find(secret) {
      const session = byHash(hashOf(secret))
      if (!session || session.expiresMs <= nowMs()) return null
      const { name, role, hash, expiresMs } = session
      const proof = { by: 'session', proof: hash, expiresMs } as const
      if (role !== null) return { name, role, subsystems: null, ...proof }
      const user = store.state.users.find((one) => one.name === name)
      return user ? { name, role: user.role, subsystems: user.subsystems, ...proof } : null
    },
    end(secret) {
      const hash = hashOf(secret)
      return store.change((state) => ({
        ...state,
        sessions: state.sessions.filter((session) => session.hash !== hash),
      }))
    },
  }
}
