import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { Provider } from 'oidc-provider'

/** A real OpenID provider on this host, where whoever comes is logged in as `account`. */
export interface TestProvider extends AsyncDisposable {
  readonly issuer: string
  /** Who logs in next, and with which roles. */
  account: { readonly name: string; readonly roles: readonly string[] }
  /** A token that the provider itself issued to a machine (client credentials). */
  machineToken(): Promise<string>
  /** A token with its key, and whatever content. */
  sign(claims: JWTPayload, until: number): Promise<string>
}

export const api = 'urn:mla'

export async function openProvider(): Promise<TestProvider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(privateKey)), kid: 'test', use: 'sig', alg: 'RS256' }
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const test = { account: { name: 'grace', roles: ['control-room'] as readonly string[] } }
  const claims = () => ({
    ...{ preferred_username: test.account.name, roles: [...test.account.roles] },
  })
  const provider = new Provider(issuer, {
    jwks: { keys: [jwk] },
    clients: [
      {
        ...{ client_id: 'mla', token_endpoint_auth_method: 'none' },
        redirect_uris: ['http://127.0.0.1/auth/callback'],
        ...{ grant_types: ['authorization_code'], application_type: 'native' },
      },
      {
        ...{ client_id: 'machine', client_secret: 'a secret of the test', redirect_uris: [] },
        ...{ grant_types: ['client_credentials'], response_types: [] },
      },
    ],
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], profile: ['preferred_username', 'roles'] },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...claims() }) }),
    extraTokenClaims: () => ({ preferred_username: 'machine', roles: ['viewer'] }),
    interactions: { url: (_context, interaction) => `/come-in/${interaction.uid}` },
    cookies: { keys: ['of the test'] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          ...{ scope: 'use', audience: 'mla', accessTokenFormat: 'jwt', accessTokenTTL: 60 },
        }),
      },
    },
  })
  const serve = provider.callback()
  server.on('request', async (request, response) => {
    if (!request.url?.startsWith('/come-in/')) return serve(request, response)
    const { prompt, params } = await provider.interactionDetails(request, response)
    if (prompt.name === 'login') {
      const result = { login: { accountId: test.account.name } }
      return provider.interactionFinished(request, response, result)
    }
    const accountId = test.account.name
    const grant = new provider.Grant({ accountId, clientId: String(params['client_id']) })
    grant.addOIDCScope('openid profile')
    const result = { consent: { grantId: await grant.save() } }
    return provider.interactionFinished(request, response, result, {
      mergeWithLastSubmission: true,
    })
  })
  return Object.assign(test, {
    issuer,
    async machineToken() {
      const body = new URLSearchParams({
        ...{ grant_type: 'client_credentials', resource: api, scope: 'use' },
      })
      const key = Buffer.from('machine:a%20secret%20of%20the%20test').toString('base64')
      const response = await fetch(`${issuer}/token`, {
        ...{ method: 'POST', body, headers: { authorization: `Basic ${key}` } },
      })
      return ((await response.json()) as { access_token: string }).access_token
    },
    sign: (payload: JWTPayload, until: number) =>
      new SignJWT({ sub: 'x', aud: 'mla', iss: issuer, ...payload })
        .setProtectedHeader({ alg: 'RS256', kid: 'test' })
        .setExpirationTime(until)
        .sign(privateKey),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  })
}
