import type { Cli } from './cli.ts'
import { Failure } from './failure.ts'

export const hmiUrl = (cli: Cli): string =>
  (cli.env['MLA_URL'] || 'http://127.0.0.1:8080').replace(/\/+$/, '')

const timeoutMs = 30_000

/**
 * Asks the HMI (MLA_URL, with the token in MLA_TOKEN). Errors beside data are told, and returned
 * as `complete: false`; without data they end the command.
 */
export async function ask<T>(
  cli: Cli,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<{ readonly data: T; readonly complete: boolean }> {
  const url = hmiUrl(cli)
  if (!URL.canParse(url)) throw new Failure(2, `MLA_URL is "${url}"`, 'write http://host:8080')
  const token = cli.env['MLA_TOKEN']
  let response: Response
  let text: string
  try {
    response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.any([cli.signal, AbortSignal.timeout(timeoutMs)]),
    })
    text = await response.text()
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause)
    throw new Failure(
      3,
      `the HMI at ${url} does not answer: ${reason}`,
      'start it, or set MLA_URL to its address',
    )
  }
  const body = parse(text)
  if (body === null) {
    const cure = 'set MLA_URL to the address of the HMI'
    throw new Failure(3, `${url} answers ${response.status}, but is not an HMI`, cure)
  }
  const messages = (body.errors ?? []).map(({ message }) => message ?? 'unknown error')
  if (response.status === 401 || response.status === 403) {
    throw new Failure(1, messages[0] ?? 'not allowed', 'put a token that is valid into MLA_TOKEN')
  }
  if (body.data === undefined || body.data === null) {
    const kind = body.errors?.[0]?.extensions?.code
    const unavailable = typeof kind === 'string' && kind.endsWith('_UNAVAILABLE')
    throw new Failure(
      unavailable ? 3 : kind?.startsWith('QUERY_') || kind === 'TIME_INVALID' ? 2 : 1,
      messages.join('; ') || `the HMI answers ${response.status}`,
      unavailable ? 'try again when it is back' : 'see --help',
    )
  }
  for (const message of messages) cli.out.note(cli.out.paint('yellow', `mla: ${message}`))
  return { data: body.data as T, complete: messages.length === 0 }
}

interface Body {
  readonly data?: unknown
  readonly errors?: readonly {
    readonly message?: string
    readonly extensions?: { readonly code?: string }
  }[]
}

/** The body of a GraphQL answer; null for any other. */
function parse(text: string): Body | null {
  try {
    const body: Body | null = JSON.parse(text)
    if (typeof body !== 'object' || body === null) return null
    const { data, errors } = body
    return data !== undefined || Array.isArray(errors) ? body : null
  } catch {
    return null
  }
}
