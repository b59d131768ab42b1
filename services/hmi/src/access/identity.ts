/** What somebody may do, each role all that those before it may. */
export const roles = ['viewer', 'operator', 'engineer', 'expert'] as const
export type Role = (typeof roles)[number]

export const isRole = (text: string): text is Role => (roles as readonly string[]).includes(text)

/** True where `role` may do what needs `needed`. */
export const includesRole = (role: Role, needed: Role): boolean =>
  roles.indexOf(role) >= roles.indexOf(needed)

/** Somebody who has shown who it is. */
export interface User {
  readonly name: string
  readonly role: Role
  /** Subsystems (mon, log, alarm, hmi) that it may act on; null for all. */
  readonly subsystems: readonly string[] | null
  /** How it has shown it: nothing is asked, a session's cookie, a token of ours, one of a provider. */
  readonly by: 'off' | 'session' | 'token' | 'oidc'
  /** Which one: a session's or token's id; what ends it ends what it began. */
  readonly proof: string
  /** When that proof ends, in milliseconds since 1970; null for never. */
  readonly expiresMs: number | null
}

/** What a request brings to show who it comes from. */
export interface Credentials {
  /** Of `Authorization: Bearer …`; a cookie beside it does not count. */
  readonly bearer: string | null
  readonly session: string | null
  /** The address that it comes from. */
  readonly address: string
}

/** MLA_AUTH=off. */
export const anonymousExpert: User = {
  ...{ name: 'anonymous', role: 'expert', subsystems: null },
  ...{ by: 'off', proof: 'off', expiresMs: null },
}
