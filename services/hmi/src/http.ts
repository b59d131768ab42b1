import { answerHealth, type Life } from '@mla/kit'
import { MlaError } from '@mla/model'
import { type FastifyInstance, fastify } from 'fastify'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { mercurius } from 'mercurius'
import type { Access } from './access/access.ts'
import type { Actions } from './access/actions.ts'
import { type Admitted, admitRequests } from './access/admission.ts'
import { addressOf, type RequestRules } from './access/request.ts'
import { createContext, type RequestContext } from './graphql/context.ts'
import { codeOf, graphqlError, shownError } from './graphql/errors.ts'
import { checkSize, maxTokens } from './graphql/limits.ts'
import { createPersistedQueries } from './graphql/persisted.ts'
import { refusalOf } from './origin.ts'
import type { Report } from './report.ts'

export interface HttpParts {
  readonly schema: GraphQLSchema
  readonly access: Access
  readonly actions: Actions
  readonly rules: RequestRules
  /** Certificate and key; null for HTTP without TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  /** Host names with a dot that are ours. */
  readonly names: readonly string[]
  readonly report: Report
}

const bodyLimit = 8 * 1024 * 1024

/** Paths that ask who comes; pages have nothing to hide, and the login is for whoever comes. */
const guarded = ['/graphql', '/logs/export', '/download']

/** Health, metrics and GraphQL over HTTP; the pages and the WebSockets come beside it. */
export async function createHttp(
  parts: HttpParts,
  life: Pick<Life, 'health' | 'metrics'>,
): Promise<{ readonly app: FastifyInstance; readonly admitted: Admitted }> {
  const { schema, access, actions, rules, tls, names, report } = parts
  const settings = { bodyLimit, logger: false, forceCloseConnections: true }
  const app: FastifyInstance = tls ? secured({ ...settings, https: tls }) : fastify(settings)

  for (const path of ['/health/live', '/health/ready', '/metrics']) {
    app.get(path, async (request, reply) => {
      reply.hijack()
      await answerHealth(life, request.raw, reply.raw)
    })
  }
  app.addHook('onRequest', async (request, reply) => {
    // Those who scrape and probe use whatever name they know, and learn no secret.
    if (/^\/(health\/|metrics)/.test(request.url)) return
    const refusal = refusalOf(request.headers, names)
    if (refusal === null) return
    report.refused('NOT_ALLOWED')
    actions.record({
      ...{ action: `${request.method} of a foreign page`, user: 'unknown', outcome: 'refused' },
      ...{ from: addressOf(request.raw, rules.proxies), reason: refusal },
    })
    return reply.code(403).send({ errors: [shownError(new GraphQLError(refusal))] })
  })
  const refused = (error: unknown) => report.refused(codeOf(error))
  const admitted = admitRequests(app, guarded, { access, actions, rules, refused })
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'no-referrer')
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    if (!reply.hasHeader('content-security-policy')) {
      reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    }
    if (rules.isSecure) reply.header('strict-transport-security', 'max-age=31536000')
  })
  app.addHook('onResponse', async (request, reply) => {
    if (request.url.startsWith('/graphql')) report.queried(reply.elapsedTime / 1000)
  })

  await app.register(mercurius, {
    schema,
    // Its cache counts documents, not bytes, and one may have megabytes.
    cache: false,
    persistedQueryProvider: createPersistedQueries(),
    graphql: { parseOptions: { maxTokens } },
    context: (request) => ({ ...createContext(admitted(request)) }),
    errorFormatter: ({ data, errors }) => formatErrors(data, errors, report),
  })
  app.graphql.addHook('preParsing', async (_schema, source) => refuseTree(source))
  app.graphql.addHook('preValidation', async (_schema, document) => checkSize(document))
  app.graphql.addHook('preExecution', async (_schema, _document, context) => {
    // Mercurius adds `errors` to those of the execution.
    Object.assign(context, { errors: (context as unknown as RequestContext).warnings })
  })
  return { app, admitted }
}

/** Fastify's type tells the kind of its server, which nobody here asks for. */
const secured = (options: { https: { cert: string; key: string } }): FastifyInstance =>
  fastify(options) as unknown as FastifyInstance

/** Mercurius takes a syntax tree as JSON in the place of a document, and believes its shape. */
function refuseTree(source: string): void {
  try {
    JSON.parse(source)
  } catch {
    return
  }
  throw new MlaError('QUERY_INVALID', 'the query is JSON; it must be a GraphQL document')
}

function formatErrors(
  data: Record<string, unknown> | null | undefined,
  errors: readonly GraphQLError[],
  report: Report,
) {
  const each = errors.flatMap((error) => {
    const { originalError } = error as { originalError?: { errors?: unknown } }
    const several = originalError?.errors
    return Array.isArray(several) ? several.map(graphqlError) : [error]
  })
  for (const error of each) {
    const code = codeOf(error)
    if (code === 'INTERNAL') report.failed(error.originalError ?? error, 'a request failed')
    else report.refused(code)
  }
  const shown = each.map(shownError)
  return {
    statusCode: data || each.length === 0 ? 200 : statusOf(each),
    response: { data: data ?? null, ...(shown.length > 0 ? { errors: shown } : {}) },
  }
}

/** A request that was carried out is a 200, whatever its fields say; one that was not is not. */
function statusOf(errors: readonly GraphQLError[]): number {
  if (errors.some(({ path }) => path !== undefined)) return 200
  const codes = errors.map(codeOf)
  if (codes.includes('INTERNAL')) return 500
  return codes.includes('QUERY_TOO_LARGE') ? 413 : 400
}
