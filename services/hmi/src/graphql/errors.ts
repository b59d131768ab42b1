import { type ErrorCode, errorCodes, MlaError } from '@mla/model'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'

/** The error as a client sees it: `extensions.code` is one of MLA's codes, always. */
export function shownError(error: GraphQLError): GraphQLFormattedError {
  const code = codeOf(error)
  const { locations, path } = error
  return {
    message: code === 'INTERNAL' ? errorCodes.INTERNAL.meaning : error.message,
    ...(locations ? { locations } : {}),
    ...(path ? { path } : {}),
    extensions: { ...error.extensions, code, retryable: errorCodes[code].retryable },
  }
}

export function codeOf(error: unknown): ErrorCode {
  if (error instanceof MlaError) return error.code
  if (error instanceof GraphQLError) {
    const { code } = error.extensions
    if (typeof code === 'string' && code in errorCodes) return code as ErrorCode
    // Syntax, validation and variables have none: the request is at fault.
    return error.originalError ? codeOf(error.originalError) : 'QUERY_INVALID'
  }
  if (typeof error !== 'object' || error === null) return 'INTERNAL'
  const { statusCode, cause } = error as { statusCode?: unknown; cause?: unknown }
  if (statusCode === 413) return 'QUERY_TOO_LARGE'
  if (typeof statusCode === 'number' && statusCode < 500) return 'QUERY_INVALID'
  // Deep nesting ends the recursive parser.
  if (error instanceof RangeError) return 'QUERY_TOO_LARGE'
  return cause === undefined ? 'INTERNAL' : codeOf(cause)
}

export const graphqlError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError(error instanceof Error ? error.message : String(error), {
        originalError: error instanceof Error ? error : new Error(String(error)),
      })

/** Names ids that do not exist, beside the answer for those that do. */
export function unknownPoints(ids: readonly string[]): GraphQLError {
  const some = ids.slice(0, 10).map((id) => id.slice(0, 200))
  const more = ids.length > some.length ? ` and ${ids.length - some.length} more` : ''
  return new GraphQLError(`no such point: ${some.join(', ')}${more}`, {
    extensions: { code: 'QUERY_INVALID', unknown: some, unknownCount: ids.length },
  })
}
