import { MlaError } from '@mla/model'
import { type Accounts, createAccounts } from './accounts.ts'
import type { Actions } from './actions.ts'
import { createEndings } from './endings.ts'
import { anonymousExpert, type Credentials, type User } from './identity.ts'
import { createLockout } from './lockout.ts'
import { createOidc, type Oidc, type OidcSettings } from './oidc.ts'
import { createPasswords } from './passwords.ts'
import { createRateLimit } from './rate-limit.ts'
import { hashOf } from './secrets.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createSetup, type Setup } from './setup.ts'
import { type AccessStore, openAccessStore } from './store.ts'

/** Who may come in, in one of three ways. */
export interface Access {
  readonly mode: 'off' | 'local' | 'oidc'
  /** Throws NOT_AUTHENTICATED, NOT_ALLOWED, RATE_LIMITED, IDENTITY_UNAVAILABLE. */
  identify(credentials: Credentials): Promise<User>
  /** Takes one request from what somebody may ask in this second. Throws RATE_LIMITED. */
  admit(user: User): void
  /** Calls once when what the user has shown no longer holds. */
  watch(user: User, ended: () => void): () => void
  /** Answers what the cookie holds. Throws NOT_AUTHENTICATED, RATE_LIMITED. */
  login(name: string, password: string, address: string): Promise<string>
  logout(session: string): Promise<void>
  changeMyPassword(user: User, old: string, next: string): Promise<void>
  /** Null with MLA_AUTH=off. */
  readonly accounts: Accounts | null
  readonly sessions: Sessions | null
  readonly oidc: Oidc | null
  readonly setup: Setup | null
}

export interface AccessSettings {
  readonly mode: Access['mode']
  /** Where users, tokens and sessions are kept. */
  readonly folder: string
  readonly sessionMs: number
  /** Requests a second of one user, over all its connections. */
  readonly rate: number
  readonly oidc: OidcSettings | null
}

export interface AccessParts {
  readonly settings: AccessSettings
  readonly signal: AbortSignal
  readonly nowMs: () => number
  /** Told once that nobody is set up yet, with the file that has the code. */
  readonly waitsForSetup: (code: string, path: string) => void
  readonly actions: Actions
}

const perName = { free: 5, firstMs: 60_000, longestMs: 900_000, most: 10_000 }
const perAddress = { free: 20, firstMs: 60_000, longestMs: 900_000, most: 10_000 }
/** Of strangers from one address: whoever shows nothing, or something that is not good. */
const strangers = { perSecond: 10, burst: 100, most: 10_000 }

export async function openAccess(parts: AccessParts): Promise<Access> {
  const { settings, nowMs, signal } = parts
  if (settings.mode === 'off') return everybody()
  const endings = createEndings((user) => isGood(store, user, nowMs()), signal)
  const store: AccessStore = await openAccessStore(settings.folder, () => endings.check())
  const passwords = createPasswords()
  const isLocal = settings.mode === 'local'
  const kept = createAccounts({ store, passwords, nowMs, hasUsers: isLocal })
  const sessions = createSessions({ store, lengthMs: settings.sessionMs, nowMs })
  const oidc = settings.oidc ? createOidc(settings.oidc, nowMs) : null
  const names = createLockout(perName)
  const addresses = createLockout(perAddress)
  const known = createRateLimit({
    perSecond: settings.rate,
    burst: settings.rate * 4,
    most: 10_000,
  })
  const unknown = createRateLimit(strangers)
  const setup = isLocal
    ? await createSetup({ store, accounts: kept, folder: settings.folder, ...parts })
    : null

  const findToken = (secret: string): User | null => {
    const hash = hashOf(secret)
    const token = store.state.tokens.find((one) => one.hash === hash)
    if (!token || token.expiresMs <= nowMs()) return null
    const { name, role, subsystems, id, expiresMs } = token
    return { name, role, subsystems, by: 'token', proof: id, expiresMs }
  }
  const find = async ({ bearer, session }: Credentials): Promise<User | null> => {
    if (bearer === null) return session === null ? null : sessions.find(session)
    const token = findToken(bearer)
    return token ?? (oidc && bearer.split('.').length === 3 ? oidc.verify(bearer) : null)
  }
  /** Throws RATE_LIMITED while a name or an address is locked. */
  const checkLocked = (name: string, address: string): void => {
    const lockedMs = Math.max(names.lockedMs(name, nowMs()), addresses.lockedMs(address, nowMs()))
    if (lockedMs === 0) return
    const seconds = Math.ceil(lockedMs / 1000)
    throw new MlaError('RATE_LIMITED', `too many failures: try again in ${seconds} s`, {
      details: { seconds },
    })
  }

  return {
    mode: settings.mode,
    accounts: followed(kept, endings.check),
    ...{ sessions, oidc, setup },
    async identify(credentials) {
      await store.refresh()
      const user = await find(credentials).catch((error: unknown) => {
        stranger(credentials)
        throw error
      })
      if (user) return user
      stranger(credentials)
      const isBare = credentials.bearer === null && credentials.session === null
      const what = isBare
        ? 'log in, or bring a token'
        : 'the token or session is not valid, or over'
      throw new MlaError('NOT_AUTHENTICATED', what)

      function stranger({ address }: Credentials): void {
        if (unknown.take(address, nowMs())) return
        throw new MlaError('RATE_LIMITED', 'too many requests of nobody that is known')
      }
    },
    admit(user) {
      const key = user.by === 'token' ? user.proof : `user ${user.name}`
      if (known.take(key, nowMs())) return
      throw new MlaError('RATE_LIMITED', `${user.name} may ask ${settings.rate} times a second`)
    },
    watch: endings.watch,
    async login(name, password, address) {
      if (!isLocal) throw new MlaError('NOT_AUTHENTICATED', 'log in with the OpenID provider')
      checkLocked(name, address)
      const user = store.state.users.find((one) => one.name === name)
      if (!(await passwords.verify(password, user?.password ?? null))) {
        const lockedMs = names.failed(name, nowMs())
        addresses.failed(address, nowMs())
        const locked = lockedMs > 0 ? `; locked for ${Math.ceil(lockedMs / 1000)} s` : ''
        throw new MlaError('NOT_AUTHENTICATED', `the name or the password is wrong${locked}`)
      }
      names.succeeded(name)
      return sessions.begin(name, null)
    },
    async logout(session) {
      await sessions.end(session)
      endings.check()
    },
    async changeMyPassword({ name }, old, next) {
      const user = store.state.users.find((one) => one.name === name)
      if (!user) throw new MlaError('QUERY_INVALID', `${name} has no password here`)
      checkLocked(name, '')
      if (!(await passwords.verify(old, user.password))) {
        names.failed(name, nowMs())
        throw new MlaError('NOT_AUTHENTICATED', 'the old password is wrong')
      }
      await kept.setPassword(name, next)
      endings.check()
    },
  }
}

/** MLA_AUTH=off. */
const everybody = (): Access => ({
  ...{ mode: 'off', accounts: null, sessions: null, oidc: null, setup: null },
  identify: async () => anonymousExpert,
  admit: () => {},
  watch: () => () => {},
  login: () => Promise.reject(noLogin()),
  logout: async () => {},
  changeMyPassword: () => Promise.reject(noLogin()),
})

const noLogin = (): MlaError =>
  new MlaError('QUERY_INVALID', 'this system has no users: everyone is an expert (MLA_AUTH=off)')

/** True while what a user has shown holds, with the same rights. */
function isGood({ state }: AccessStore, user: User, nowMs: number): boolean {
  if (user.expiresMs !== null && user.expiresMs <= nowMs) return false
  if (user.by === 'token') return state.tokens.some(({ id }) => id === user.proof)
  if (user.by !== 'session') return true
  const session = state.sessions.find(({ hash }) => hash === user.proof)
  if (!session) return false
  if (session.role !== null) return true
  const now = state.users.find(({ name }) => name === user.name)
  return now?.role === user.role && String(now.subsystems) === String(user.subsystems)
}

/** The same, and `changed` after each change. */
function followed(accounts: Accounts, changed: () => void): Accounts {
  const after = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work
    changed()
    return result
  }
  return {
    ...accounts,
    changeUser: (...given) => after(accounts.changeUser(...given)),
    setPassword: (...given) => after(accounts.setPassword(...given)),
    removeUser: (...given) => after(accounts.removeUser(...given)),
    removeToken: (...given) => after(accounts.removeToken(...given)),
  }
}
