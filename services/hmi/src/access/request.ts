import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { Credentials } from './identity.ts'

/** The token of `Authorization: Bearer …`, as a header or in a connection_init payload. */
export function bearerOf(authorization: unknown): string | null {
  if (typeof authorization !== 'string') return null
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? null
}

/** With TLS the name says that only this server, and only over TLS, may have set it. */
export const sessionCookie = (isSecure: boolean): string =>
  isSecure ? '__Host-mla_session' : 'mla_session'

export function cookieOf(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim() || null
  }
  return null
}

/** Not to be read by scripts, nor sent with what pages of somewhere else ask for. */
export const setCookie = (name: string, value: string, seconds: number, isSecure: boolean) =>
  `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`

/**
 * The address that a request comes from: the other end of the connection, or, where that is one of
 * our proxies, the last address that no proxy of ours has.
 */
export function addressOf(request: IncomingMessage, proxies: readonly string[]): string {
  const bare = (address: string) => address.trim().replace(/^::ffff:(?=\d+\.)/, '')
  const peer = bare(request.socket.remoteAddress ?? 'unknown')
  if (!proxies.includes(peer)) return peer
  const said = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map(bare)
  return said.findLast((address) => isIP(address) !== 0 && !proxies.includes(address)) ?? peer
}

/** What requests are read with. */
export interface RequestRules {
  readonly isSecure: boolean
  readonly proxies: readonly string[]
}

export const credentialsOf = (
  request: IncomingMessage,
  { isSecure, proxies }: RequestRules,
  authorization: unknown = request.headers.authorization,
): Credentials => ({
  bearer: bearerOf(authorization),
  session: cookieOf(request.headers.cookie, sessionCookie(isSecure)),
  address: addressOf(request, proxies),
})
