export interface User {
  readonly name: string
  readonly role: 'viewer' | 'operator' | 'expert'
}

/** Says who a token belongs to. Throws when it is refused. */
export type Authenticate = (token: string | null) => User

/** MLA_AUTH=off: everyone is an expert, whatever they bring. */
export const everyoneIsExpert: Authenticate = () => ({ name: 'anonymous', role: 'expert' })

/** The token of `Authorization: Bearer …`, as a header or in a connection_init payload. */
export function bearerOf(authorization: unknown): string | null {
  if (typeof authorization !== 'string') return null
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? null
}
