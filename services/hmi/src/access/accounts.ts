import { MlaError } from '@mla/model'
import { isRole, type Role } from './identity.ts'
import { type Passwords, weaknessOf } from './passwords.ts'
import { hashOf, newSecret } from './secrets.ts'
import type { AccessState, AccessStore, StoredToken, StoredUser } from './store.ts'

/** Users with passwords, and tokens for machines, as an expert keeps them. Throws QUERY_INVALID. */
export interface Accounts {
  users(): readonly StoredUser[]
  tokens(): readonly StoredToken[]
  addUser(user: NewUser): Promise<StoredUser>
  changeUser(name: string, change: UserChange): Promise<StoredUser>
  /** Ends the sessions that were begun with the one before. */
  setPassword(name: string, password: string): Promise<StoredUser>
  removeUser(name: string): Promise<void>
  /** The secret is shown this once. */
  addToken(token: NewToken, by: string): Promise<{ token: StoredToken; secret: string }>
  removeToken(id: string): Promise<void>
}

export interface UserChange {
  readonly role: Role
  readonly subsystems: readonly string[] | null
}
export interface NewUser extends UserChange {
  readonly name: string
  readonly password: string
}
export interface NewToken extends UserChange {
  readonly name: string
  readonly days: number
}

export interface AccountsParts {
  readonly store: AccessStore
  readonly passwords: Passwords
  readonly nowMs: () => number
  /** False with a provider, which keeps the users. */
  readonly hasUsers: boolean
}

const most = 10_000
const dayMs = 86_400_000
const longestDays = 3650
/** In front of a token, so that tools which look for secrets in files find it. */
export const tokenMark = 'mla_'

export function createAccounts({ store, passwords, nowMs, hasUsers }: AccountsParts): Accounts {
  const hashed = async (name: string, password: string): Promise<string> => {
    const weakness = weaknessOf(password, name)
    if (weakness !== null) throw invalid(weakness)
    return passwords.hash(password)
  }
  /** Throws for a change that would leave nobody who may undo it. */
  const changed = async (name: string, step: (user: StoredUser) => StoredUser | null) => {
    let result: StoredUser | null = null
    await store.change((state) => {
      const before = state.users.find((user) => user.name === name)
      if (!before) throw invalid(`there is no user ${name}`)
      result = step(before)
      const after = result
      const users = state.users.flatMap((user) => (user === before ? (after ?? []) : user))
      if (!users.some(isFullExpert)) throw invalid(`${name} is the last expert of everything`)
      const isSame = after?.password === before.password
      return { ...state, users, sessions: isSame ? state.sessions : without(state, name) }
    })
    return result as StoredUser | null
  }
  const theUser = (user: StoredUser | null): StoredUser => user as StoredUser

  return {
    users: () => store.state.users,
    tokens: () => store.state.tokens,
    async addUser({ name, password, role, subsystems }) {
      if (!hasUsers) throw invalid('the users are those of the OpenID provider')
      checkName(name)
      checkSubsystems(subsystems)
      const user: StoredUser = {
        ...{ name, role, subsystems: list(subsystems), createdMs: nowMs() },
        password: await hashed(name, password),
      }
      await store.change((state) => {
        const same = name.toLowerCase()
        if (state.users.some((one) => one.name.toLowerCase() === same)) {
          throw invalid(`there is a user ${name} already`)
        }
        if (state.users.length === 0 && !isFullExpert(user)) {
          throw invalid('the first user is an expert, for all subsystems')
        }
        if (state.users.length >= most) throw invalid(`there are ${most} users already`)
        return { ...state, users: [...state.users, user] }
      })
      return user
    },
    async changeUser(name, { role, subsystems }) {
      checkSubsystems(subsystems)
      const change = { role, subsystems: list(subsystems) }
      return theUser(await changed(name, (user) => ({ ...user, ...change })))
    },
    async setPassword(name, password) {
      const hash = await hashed(name, password)
      return theUser(await changed(name, (user) => ({ ...user, password: hash })))
    },
    async removeUser(name) {
      await changed(name, () => null)
    },
    async addToken({ name, role, subsystems, days }, by) {
      checkName(name)
      checkSubsystems(subsystems)
      if (!(days >= 1 && days <= longestDays)) throw invalid(`days: 1 to ${longestDays}`)
      const secret = `${tokenMark}${newSecret()}`
      const token: StoredToken = {
        ...{ id: newSecret().slice(0, 8), name, role, subsystems: list(subsystems) },
        ...{ hash: hashOf(secret), createdMs: nowMs(), createdBy: by },
        expiresMs: nowMs() + days * dayMs,
      }
      await store.change((state) => {
        const tokens = state.tokens.filter(({ expiresMs }) => expiresMs > nowMs() - 30 * dayMs)
        if (tokens.length >= most) throw invalid(`there are ${most} tokens already`)
        return { ...state, tokens: [...tokens, token] }
      })
      return { token, secret }
    },
    removeToken: (id) =>
      store.change((state) => {
        const tokens = state.tokens.filter((token) => token.id !== id)
        if (tokens.length === state.tokens.length) throw invalid(`there is no token ${id}`)
        return { ...state, tokens }
      }),
  }
}

export const isFullExpert = ({ role, subsystems }: UserChange): boolean =>
  role === 'expert' && subsystems === null

const without = ({ sessions }: AccessState, name: string) =>
  sessions.filter((session) => session.name !== name)

const list = (names: readonly string[] | null): string[] | null =>
  names === null ? null : [...new Set(names)]

function checkName(name: string): void {
  if (/^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u.test(name)) return
  throw invalid('a name has 1 to 64 letters, digits and . _ @ -, a letter or digit first')
}

function checkSubsystems(names: readonly string[] | null): void {
  const wrong = names?.find((name) => !/^[a-z][a-z0-9-]{0,31}$/.test(name))
  if (wrong !== undefined) throw invalid(`"${wrong.slice(0, 60)}" is no subsystem`)
}

/** A role by its name in the schema. */
export function roleOf(text: string): Role {
  const role = text.toLowerCase()
  if (isRole(role)) return role
  throw invalid(`"${text.slice(0, 60)}" is no role`)
}

const invalid = (message: string): MlaError => new MlaError('QUERY_INVALID', message)
