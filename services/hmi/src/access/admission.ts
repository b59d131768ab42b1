import { MlaError } from '@mla/model'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Access } from './access.ts'
import type { Actions } from './actions.ts'
import type { User } from './identity.ts'
import { refuse } from './refuse.ts'
import { credentialsOf, type RequestRules } from './request.ts'
import { checkCsrf } from './routes.ts'

export interface AdmissionParts {
  readonly access: Access
  readonly actions: Actions
  readonly rules: RequestRules
  readonly refused: (error: unknown) => void
}

/** Who a request comes from. Throws NOT_AUTHENTICATED for one that was never asked. */
export type Admitted = (request: FastifyRequest) => { readonly user: User; readonly from: string }

/** Asks each request to `paths` who it comes from, before anything is read of it. */
export function admitRequests(
  app: FastifyInstance,
  paths: readonly string[],
  { access, actions, rules, refused }: AdmissionParts,
): Admitted {
  const admitted = new WeakMap<FastifyRequest, { readonly user: User; readonly from: string }>()
  app.addHook('onRequest', async (request, reply) => {
    if (!paths.includes(request.routeOptions.url ?? '')) return
    const credentials = credentialsOf(request.raw, rules)
    const from = credentials.address
    let who: Pick<User, 'name' | 'role'> | null = null
    try {
      const user = await access.identify(credentials)
      who = user
      access.admit(user)
      const isReading = request.method === 'GET' || request.method === 'HEAD'
      if (user.by === 'session' && !isReading) checkCsrf(request, credentials.session ?? '')
      admitted.set(request, { user, from })
    } catch (error) {
      refused(error)
      actions.record({
        ...{ action: `${request.method} ${request.routeOptions.url}`, from, outcome: 'refused' },
        ...{ user: who?.name ?? 'unknown', ...(who ? { role: who.role } : {}) },
        reason: error instanceof Error ? error.message : String(error),
      })
      return refuse(reply, error)
    }
  })
  return (request) => {
    const who = admitted.get(request)
    if (who) return who
    throw new MlaError('NOT_AUTHENTICATED', 'this request was not asked who it comes from')
  }
}
