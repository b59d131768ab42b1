import { MlaError } from '@mla/model'
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql'
import { makeServer } from 'graphql-ws'
import type { Access } from './access/access.ts'
import type { Actions } from './access/actions.ts'
import type { Credentials, User } from './access/identity.ts'
import { bearerOf } from './access/request.ts'
import { createContext, type RequestContext } from './graphql/context.ts'
import { codeOf, graphqlError, shownError } from './graphql/errors.ts'
import { checkSize, maxTokens } from './graphql/limits.ts'
import type { Outlet } from './outlet.ts'
import type { Report } from './report.ts'

export interface ProtocolParts {
  readonly schema: GraphQLSchema
  readonly access: Access
  readonly actions: Actions
  /** Operations that one client may have under way. */
  readonly maxOperations: number
  readonly report: Report
}

interface Client {
  readonly outlet: Outlet
  /** Of the request that it began with; the token comes with its first message. */
  readonly credentials: Credentials
  user: User | null
  /** Stops looking whether the user's token still holds. */
  unwatch: () => void
}

const initTimeoutMs = 10_000
/** graphql-transport-ws: Forbidden. */
const forbidden = 4403

export type Protocol = ReturnType<typeof createProtocol>

/** graphql-transport-ws: subscriptions, and queries too, over one WebSocket. */
export function createProtocol(parts: ProtocolParts) {
  const { schema, access, actions, maxOperations, report } = parts
  return makeServer<Record<string, unknown>, Client>({
    schema,
    connectionInitWaitTimeout: initTimeoutMs,
    async onConnect({ extra, connectionParams }) {
      const { outlet, credentials } = extra
      const { Authorization = null, authorization = Authorization } = connectionParams ?? {}
      const bearer = bearerOf(authorization) ?? credentials.bearer
      try {
        extra.user = await access.identify({ ...credentials, bearer })
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        report.refused(codeOf(error))
        actions.record({
          ...{ action: 'WebSocket', user: 'unknown', from: credentials.address },
          ...{ outcome: 'refused', reason },
        })
        outlet.close(forbidden, reason)
        return false
      }
      extra.unwatch = access.watch(extra.user, () => {
        report.clientClosed('token ended')
        outlet.close(forbidden, 'the token or session has ended')
      })
      return true
    },
    onDisconnect: ({ extra }) => extra.unwatch(),
    onSubscribe({ extra, subscriptions }, id, { query, variables, operationName }) {
      try {
        const { user, credentials } = extra
        if (user === null) throw new MlaError('NOT_AUTHENTICATED', 'there was no connection_init')
        access.admit(user)
        if (Object.keys(subscriptions).length > maxOperations) {
          const message = `more than ${maxOperations} operations on one WebSocket`
          throw new GraphQLError(message, { extensions: { code: 'QUERY_TOO_LARGE' } })
        }
        const document = parse(query, { maxTokens })
        checkSize(document)
        const errors = validate(schema, document)
        if (errors.length > 0) return errors
        const from = credentials.address
        const contextValue = createContext({ user, from }, { outlet: extra.outlet, id })
        return {
          schema,
          document,
          contextValue,
          ...(variables ? { variableValues: variables } : {}),
          ...(operationName ? { operationName } : {}),
        }
      } catch (error) {
        return [graphqlError(error)]
      }
    },
    execute: executeWithWarnings,
    subscribe,
    onNext(_context, _id, _payload, _args, { data = null, errors }) {
      return errors && { data, errors: errors.map((error) => tell(error, report)) }
    },
    onError: (_context, _id, _payload, errors) =>
      errors.map((error) => tell(graphqlError(error), report)),
  })
}

async function executeWithWarnings(args: ExecutionArgs): Promise<ExecutionResult> {
  const result = await execute(args)
  const { warnings } = args.contextValue as RequestContext
  return warnings.length === 0
    ? result
    : { ...result, errors: [...(result.errors ?? []), ...warnings] }
}

/** Our streams yield nothing: they write their frames themselves (graphql/subscribe.ts). */
async function subscribe(args: ExecutionArgs): Promise<AsyncIterable<never> | ExecutionResult> {
  const stream = await createSourceEventStream(args)
  return Symbol.asyncIterator in stream ? (stream as AsyncIterable<never>) : stream
}

function tell(error: GraphQLError, report: Report): GraphQLFormattedError {
  const code = codeOf(error)
  if (code === 'INTERNAL') report.failed(error.originalError ?? error, 'an operation failed')
  else report.refused(code)
  return shownError(error)
}
