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
import { type Authenticate, bearerOf, type User } from './auth.ts'
import { createContext, type RequestContext } from './graphql/context.ts'
import { codeOf, graphqlError, shownError } from './graphql/errors.ts'
import { checkSize, maxTokens } from './graphql/limits.ts'
import type { Outlet } from './outlet.ts'
import type { Report } from './report.ts'

export interface ProtocolParts {
  readonly schema: GraphQLSchema
  readonly authenticate: Authenticate
  /** Operations that one client may have under way. */
  readonly maxOperations: number
  readonly report: Report
}

interface Client {
  readonly outlet: Outlet
  user: User | null
}

const initTimeoutMs = 10_000

export type Protocol = ReturnType<typeof createProtocol>

/** graphql-transport-ws: subscriptions, and queries too, over one WebSocket. */
export function createProtocol({ schema, authenticate, maxOperations, report }: ProtocolParts) {
  return makeServer<Record<string, unknown>, Client>({
    schema,
    connectionInitWaitTimeout: initTimeoutMs,
    onConnect({ extra, connectionParams }) {
      extra.user = authenticate(bearerOf(connectionParams?.['Authorization']))
      return true
    },
    onSubscribe({ extra, subscriptions }, id, { query, variables, operationName }) {
      try {
        if (Object.keys(subscriptions).length > maxOperations) {
          const message = `more than ${maxOperations} operations on one WebSocket`
          throw new GraphQLError(message, { extensions: { code: 'QUERY_TOO_LARGE' } })
        }
        const document = parse(query, { maxTokens })
        checkSize(document)
        const errors = validate(schema, document)
        if (errors.length > 0) return errors
        const contextValue = createContext(extra.user ?? authenticate(null), {
          outlet: extra.outlet,
          id,
        })
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
