import type { ErrorCode } from '@mla/model'
import type { FastifyReply } from 'fastify'
import { GraphQLError } from 'graphql'
import { codeOf, graphqlError, shownError } from '../graphql/errors.ts'

const statuses: Partial<Record<ErrorCode, number>> = {
  NOT_AUTHENTICATED: 401,
  NOT_ALLOWED: 403,
  QUERY_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  IDENTITY_UNAVAILABLE: 503,
  ARCHIVE_UNAVAILABLE: 503,
  BUS_UNAVAILABLE: 503,
}

/** Answers a request that is not carried out, in the shape of GraphQL's errors. */
export function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  const code = codeOf(error)
  const status = statuses[code] ?? 400
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  if (status === 429) reply.header('retry-after', '1')
  const shown = error instanceof GraphQLError ? error : graphqlError(error)
  return reply.code(status).send({ errors: [shownError(shown)] })
}
