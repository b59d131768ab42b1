import { MlaError } from '@mla/model'
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { type Role, roles, type User } from './identity.ts'
import { hashOf, newSecret } from './secrets.ts'

export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  /** Null for a public client: the code is protected by PKCE. */
  readonly clientSecret: string | null
  /** Who tokens must be meant for. */
  readonly audience: string
  readonly scope: string
  /** Where the roles are: `roles`, or with dots `realm_access.roles`. */
  readonly rolesClaim: string
  readonly nameClaim: string
  /** A provider's word for a role of ours; those of the same name need none. */
  readonly roleNames: ReadonlyMap<string, Role>
}

/** An OpenID Connect provider: its tokens, and logins with a browser. */
export interface Oidc {
  /** Throws NOT_AUTHENTICATED, NOT_ALLOWED (no role), IDENTITY_UNAVAILABLE. */
  verify(token: string): Promise<User>
  /** Begins a login: where the browser goes, and what it keeps until it is back. */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly state: string }>
  /** Ends it: `url` is where the provider sent the browser. */
  finish(url: URL, state: string): Promise<{ readonly name: string; readonly role: Role }>
}

/** What signs with a key that both sides know is none of these. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512']
const loginMs = 600_000
const mostLogins = 1_000

export function createOidc(settings: OidcSettings, nowMs: () => number): Oidc {
  const { issuer, clientId, clientSecret, audience, scope } = settings
  interface Login {
    readonly verifier: string
    readonly nonce: string
    readonly redirectUri: string
    readonly untilMs: number
  }
  const logins = new Map<string, Login>()
  let known: Promise<Provider> | null = null
  /** Looked up once; again after a failure. */
  const provider = (): Promise<Provider> => {
    known ??= discover(issuer, clientId, clientSecret).catch((error: unknown) => {
      known = null
      throw unavailable(issuer, error)
    })
    return known
  }

  return {
    async verify(token) {
      const { keys, configuration } = await provider()
      const payload = await checked(token, () =>
        jwtVerify(token, keys, {
          issuer: configuration.serverMetadata().issuer,
          ...{ audience, algorithms, clockTolerance: 30, requiredClaims: ['exp', 'sub'] },
        }).then((verified) => verified.payload),
      )
      return {
        ...who(payload, settings),
        ...{ subsystems: null, by: 'oidc', proof: hashOf(token) },
        expiresMs: (payload.exp ?? 0) * 1000,
      }
    },
    async begin(redirectUri) {
      const { configuration } = await provider()
      const [state, nonce, verifier] = [newSecret(), newSecret(), client.randomPKCECodeVerifier()]
      logins.set(state, { verifier, nonce, redirectUri, untilMs: nowMs() + loginMs })
      if (logins.size > mostLogins) logins.delete(logins.keys().next().value as string)
      const url = client.buildAuthorizationUrl(configuration, {
        ...{ redirect_uri: redirectUri, scope, state, nonce },
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, state }
    },
    async finish(url, state) {
      const login = logins.get(state)
      logins.delete(state)
      if (!login || login.untilMs < nowMs()) {
        throw new MlaError('NOT_AUTHENTICATED', 'this login was not begun here, or long ago')
      }
      const { configuration } = await provider()
      const back = new URL(login.redirectUri)
      back.search = url.search
      const tokens = await checked(state, () =>
        client.authorizationCodeGrant(configuration, back, {
          ...{ pkceCodeVerifier: login.verifier, expectedState: state },
          ...{ expectedNonce: login.nonce, idTokenExpected: true },
        }),
      )
      return who({ ...tokens.claims() }, settings)
    },
  }
}

interface Provider {
  readonly configuration: client.Configuration
  readonly keys: ReturnType<typeof createRemoteJWKSet>
}

async function discover(issuer: string, id: string, secret: string | null): Promise<Provider> {
  const url = new URL(issuer)
  // Without TLS anybody on the way could be the provider; on this host nobody is on the way.
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
  const execute = isLocal && url.protocol === 'http:' ? [client.allowInsecureRequests] : []
  const how = secret === null ? client.None() : client.ClientSecretPost(secret)
  const configuration = await client.discovery(url, id, undefined, how, { execute })
  const { jwks_uri } = configuration.serverMetadata()
  if (!jwks_uri) throw new Error('the provider names no jwks_uri')
  return { configuration, keys: createRemoteJWKSet(new URL(jwks_uri)) }
}

async function checked<T>(subject: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUnavailable(error)) throw unavailable('of the tokens', error)
    const reason = error instanceof errors.JWTExpired ? 'has expired' : 'is not valid'
    throw new MlaError('NOT_AUTHENTICATED', `the token ${reason}`, {
      cause: error,
      details: { subject: hashOf(subject).slice(0, 8) },
    })
  }
}

/** Timeouts and refused connections; any answer of the provider's is about the token. */
const isUnavailable = (error: unknown): boolean =>
  error instanceof errors.JWKSTimeout ||
  (error instanceof TypeError && /fetch failed/.test(error.message)) ||
  (error instanceof Error && error.cause instanceof Error && isUnavailable(error.cause))

const unavailable = (issuer: string, cause: unknown): MlaError =>
  new MlaError('IDENTITY_UNAVAILABLE', `the OpenID provider ${issuer} does not answer`, { cause })

function who(
  claims: JWTPayload,
  { rolesClaim, nameClaim, roleNames }: OidcSettings,
): { name: string; role: Role } {
  const name = String(claims[nameClaim] ?? claims.sub ?? '').slice(0, 100)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name goes to logs and terminals
  const shown = name.replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
  const path = rolesClaim.split('.')
  let value: unknown = claims
  for (const step of path) value = (value as Record<string, unknown> | null | undefined)?.[step]
  const words = (Array.isArray(value) ? value : String(value ?? '').split(' ')).map(String)
  const ours = words.flatMap((word) => roleNames.get(word) ?? roles.find((r) => r === word) ?? [])
  // The greatest of those that it has.
  const role = roles.findLast((one) => ours.includes(one))
  if (role) return { name: shown, role }
  throw new MlaError('NOT_ALLOWED', `${shown} has no role here: the provider gives none of ours`)
}
