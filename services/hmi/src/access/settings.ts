import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { list } from '@mla/kit'
import { MlaError } from '@mla/model'
import { z } from 'zod'
import type { AccessSettings } from './access.ts'
import { isRole, type Role } from './identity.ts'
import type { OidcSettings } from './oidc.ts'

/** The settings of who may come in, by the names of their environment variables. */
export const accessEnv = {
  /** `off`: everyone is an expert; `local`: users of our own; `oidc`: those of a provider. */
  MLA_AUTH: z.enum(['off', 'local', 'oidc']).default('off'),
  /** Users, tokens and sessions are in `access/` of it. */
  MLA_DATA: z.string().min(1).default('.data'),
  /** How long a login lasts. */
  MLA_SESSION_HOURS: z.coerce.number().positive().max(720).default(12),
  /** Requests a second of one user; four times as many at once. */
  MLA_REQUEST_RATE: z.coerce.number().positive().default(100),
  /** How browsers reach us, where a proxy is in front: `https://mla.example.org`. */
  MLA_HTTP_URL: z.string().default(''),
  /** Addresses of proxies whose X-Forwarded-For is believed, `a,b`. */
  MLA_PROXIES: list.default([]),
  /** Files of a certificate with its chain and of its key; with them HTTPS only. */
  MLA_TLS_CERT: z.string().default(''),
  MLA_TLS_KEY: z.string().default(''),
  /** The provider: its URL, and what it knows us by. */
  MLA_OIDC_ISSUER: z.string().default(''),
  MLA_OIDC_CLIENT_ID: z.string().default('mla'),
  /** The file with the client's secret; a public client has none. */
  MLA_OIDC_CLIENT_SECRET_FILE: z.string().default(''),
  /** Who tokens must be meant for; the client's id without it. */
  MLA_OIDC_AUDIENCE: z.string().default(''),
  MLA_OIDC_SCOPE: z.string().default('openid profile'),
  /** Where a token has the roles, with dots for what lies within: `realm_access.roles`. */
  MLA_OIDC_ROLES_CLAIM: z.string().default('roles'),
  MLA_OIDC_NAME_CLAIM: z.string().default('preferred_username'),
  /** The provider's words for our roles, `control-room=operator,staff=viewer`. */
  MLA_OIDC_ROLES: list.default([]),
} as const

const shape = z.object(accessEnv)
export type AccessEnv = z.output<typeof shape>

/** Throws CONFIG_INVALID. */
export function accessSettingsOf(env: AccessEnv): AccessSettings {
  return {
    mode: env.MLA_AUTH,
    folder: join(env.MLA_DATA, 'access'),
    sessionMs: env.MLA_SESSION_HOURS * 3_600_000,
    rate: env.MLA_REQUEST_RATE,
    oidc: env.MLA_AUTH === 'oidc' ? oidcOf(env) : null,
  }
}

/** Certificate and key, or null for HTTP. Throws CONFIG_INVALID. */
export function tlsOf({ MLA_TLS_CERT: cert, MLA_TLS_KEY: key }: AccessEnv) {
  if (cert === '' && key === '') return null
  if (cert === '' || key === '') throw invalid('MLA_TLS_CERT and MLA_TLS_KEY go together')
  return { cert: contentOf('MLA_TLS_CERT', cert), key: contentOf('MLA_TLS_KEY', key) }
}

/** True where browsers reach us by HTTPS: cookies are then never sent by HTTP. */
export const isSecure = ({ MLA_TLS_CERT, MLA_HTTP_URL }: AccessEnv): boolean =>
  MLA_TLS_CERT !== '' || MLA_HTTP_URL.startsWith('https://')

function oidcOf(env: AccessEnv): OidcSettings {
  if (!URL.canParse(env.MLA_OIDC_ISSUER)) {
    throw invalid('MLA_OIDC_ISSUER: write the URL of the provider')
  }
  const secretFile = env.MLA_OIDC_CLIENT_SECRET_FILE
  return {
    issuer: env.MLA_OIDC_ISSUER,
    clientId: env.MLA_OIDC_CLIENT_ID,
    clientSecret: secretFile ? contentOf('MLA_OIDC_CLIENT_SECRET_FILE', secretFile).trim() : null,
    audience: env.MLA_OIDC_AUDIENCE || env.MLA_OIDC_CLIENT_ID,
    scope: env.MLA_OIDC_SCOPE,
    rolesClaim: env.MLA_OIDC_ROLES_CLAIM,
    nameClaim: env.MLA_OIDC_NAME_CLAIM,
    roleNames: new Map(env.MLA_OIDC_ROLES.map(roleName)),
  }
}

function roleName(text: string): [string, Role] {
  const [word = '', role = ''] = text.split('=')
  if (word !== '' && isRole(role)) return [word, role]
  throw invalid(`MLA_OIDC_ROLES: "${text}" is not word=role, with a role of ours`)
}

function contentOf(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new MlaError('CONFIG_INVALID', `${setting}: ${path} is not readable`, { cause: error })
  }
}

const invalid = (message: string): MlaError => new MlaError('CONFIG_INVALID', message)
