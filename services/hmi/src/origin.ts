import { isIP } from 'node:net'

/**
 * Why a request is refused, or null. A web page of somewhere else must not reach this server
 * through its reader's browser, neither as itself (its Origin tells) nor by a name of its own that
 * it lets point to us (DNS rebinding: the Host tells). Such a name has a dot in it; an address, a
 * name of the local network without dots, and `localhost` are nobody's but ours.
 */
export function refusalOf(
  headers: { readonly host?: string | undefined; readonly origin?: string | undefined },
  names: readonly string[],
): string | null {
  const host = hostOf(`http://${headers.host ?? ''}`)
  if (host === null) return 'the Host header is missing or malformed'
  if (!isOurs(host.hostname, names)) {
    return `this server is not called ${host.hostname}; name it in MLA_HTTP_NAMES if it is`
  }
  if (headers.origin === undefined) return null
  const origin = hostOf(headers.origin)
  if (origin?.host === host.host || (origin && names.includes(origin.hostname))) return null
  return 'pages of other origins may not use this server; name them in MLA_HTTP_NAMES if they may'
}

function isOurs(hostname: string, names: readonly string[]): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '')
  return (
    !bare.includes('.') || isIP(bare) !== 0 || bare.endsWith('.localhost') || names.includes(bare)
  )
}

function hostOf(url: string): URL | null {
  const parsed = URL.parse(url)
  return parsed?.hostname ? parsed : null
}
