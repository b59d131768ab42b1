import { MlaError } from '@mla/model'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Access } from './access.ts'
import type { Action, Actions } from './actions.ts'
import { anonymousExpert, type User } from './identity.ts'
import { refuse } from './refuse.ts'
import {
  addressOf,
  cookieOf,
  credentialsOf,
  type RequestRules,
  sessionCookie,
  setCookie,
} from './request.ts'
import { csrfOf, isSame } from './secrets.ts'

export interface AuthRoutesParts {
  readonly access: Access
  readonly actions: Actions
  readonly rules: RequestRules & { readonly sessionMs: number; readonly url: string }
}

const loginBody = z.object({ name: z.string().max(200), password: z.string().max(1000) })
const setupBody = loginBody.extend({ code: z.string().max(200) })
const options = { bodyLimit: 16 * 1024 }
const loginCookie = 'mla_login'

/** `/auth/…`: what the login page asks, and where an OpenID provider sends browsers back to. */
export function serveAuth(app: FastifyInstance, { access, actions, rules }: AuthRoutesParts): void {
  const { isSecure, proxies, sessionMs } = rules
  const cookie = sessionCookie(isSecure)
  const from = (request: FastifyRequest) => addressOf(request.raw, proxies)
  const begun = (reply: FastifyReply, secret: string) =>
    reply.header('set-cookie', setCookie(cookie, secret, Math.floor(sessionMs / 1000), isSecure))
  const answer = (user: User | null, session: string | null) => ({
    mode: access.mode,
    setup: access.setup?.isNeeded ?? false,
    user: user && { name: user.name, role: user.role, subsystems: user.subsystems },
    csrf: session !== null && user?.by === 'session' ? csrfOf(session) : null,
  })
  /** Does it, and records that it was done or refused. */
  const recorded = async (
    reply: FastifyReply,
    action: Omit<Action, 'outcome'>,
    work: () => Promise<unknown>,
  ) => {
    try {
      const done = await work()
      actions.record({ ...action, outcome: 'done' })
      return done
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      actions.record({ ...action, outcome: 'refused', reason })
      return refuse(reply, error)
    }
  }
  const loggedIn = async (reply: FastifyReply, secret: string) => {
    begun(reply, secret)
    return reply.send(answer(access.sessions?.find(secret) ?? null, secret))
  }

  app.get('/auth/state', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const credentials = credentialsOf(request.raw, rules)
    if (access.mode === 'off') return answer(anonymousExpert, null)
    if (credentials.session === null && credentials.bearer === null) return answer(null, null)
    const user = await access.identify(credentials).catch(() => null)
    return answer(user, credentials.session)
  })
  app.post('/auth/login', options, async (request, reply) => {
    const body = loginBody.safeParse(request.body)
    if (!body.success) return refuse(reply, malformed('name and password'))
    const { name, password } = body.data
    const address = from(request)
    return recorded(reply, { action: 'login', user: name, from: address }, async () =>
      loggedIn(reply, await access.login(name, password, address)),
    )
  })
  app.post('/auth/setup', options, async (request, reply) => {
    const body = setupBody.safeParse(request.body)
    if (!body.success) return refuse(reply, malformed('code, name and password'))
    const { code, name, password } = body.data
    return recorded(reply, { action: 'setup', user: name, from: from(request) }, async () => {
      if (!access.setup) throw malformed('MLA_AUTH=local')
      await access.setup.first(code, name, password)
      return loggedIn(reply, await access.login(name, password, from(request)))
    })
  })
  app.post('/auth/logout', options, async (request, reply) => {
    const session = cookieOf(request.headers.cookie, cookie)
    const user = session === null ? null : access.sessions?.find(session)
    reply.header('set-cookie', setCookie(cookie, '', 0, isSecure))
    if (session === null || !user) return reply.send(answer(null, null))
    const action = { action: 'logout', user: user.name, role: user.role, from: from(request) }
    return recorded(reply, action, async () => {
      checkCsrf(request, session)
      await access.logout(session)
      return reply.send(answer(null, null))
    })
  })

  const origin = (request: FastifyRequest) =>
    rules.url || `${isSecure ? 'https' : 'http'}://${request.headers.host}`
  app.get('/auth/oidc', async (request, reply) => {
    try {
      if (!access.oidc) throw malformed('MLA_AUTH=oidc')
      const { url, state } = await access.oidc.begin(`${origin(request)}/auth/callback`)
      return reply.header('set-cookie', setCookie(loginCookie, state, 600, isSecure)).redirect(url)
    } catch (error) {
      return refuse(reply, error)
    }
  })
  app.get('/auth/callback', async (request, reply) => {
    reply.header('set-cookie', setCookie(loginCookie, '', 0, isSecure))
    let user = 'unknown'
    const action = { action: 'login', from: from(request) }
    try {
      const state = cookieOf(request.headers.cookie, loginCookie)
      if (!access.oidc || !access.sessions || state === null) throw malformed('a login begun here')
      const known = await access.oidc.finish(new URL(request.url, 'http://hmi'), state)
      user = known.name
      const secret = await access.sessions.begin(known.name, known.role)
      actions.record({ ...action, user, role: known.role, outcome: 'done' })
      return reply
        .header('set-cookie', [
          setCookie(loginCookie, '', 0, isSecure),
          setCookie(cookie, secret, Math.floor(sessionMs / 1000), isSecure),
        ])
        .redirect('/')
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      actions.record({ ...action, user, outcome: 'refused', reason })
      return refuse(reply, error)
    }
  })
}

/** The header that pages of ours send beside the cookie. Throws NOT_ALLOWED. */
export function checkCsrf(request: FastifyRequest, session: string): void {
  const given = String(request.headers['x-mla-csrf'] ?? '')
  if (isSame(given, csrfOf(session))) return
  throw new MlaError('NOT_ALLOWED', 'the header x-mla-csrf is not that of this session')
}

const malformed = (what: string): MlaError => new MlaError('QUERY_INVALID', `this needs ${what}`)
