import { answerHealth, type Life } from '@mla/kit'
import { MlaError } from '@mla/model'
import { type FastifyInstance, fastify } from 'fastify'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { mercurius } from 'mercurius'
import { type Authenticate, bearerOf } from './auth.ts'
import { createContext, type RequestContext } from './graphql/context.ts'
import { codeOf, graphqlError, shownError } from './graphql/errors.ts'
import { checkSize, maxTokens } from './graphql/limits.ts'
import { refusalOf } from './origin.ts'
import type { Report } from './report.ts'

export interface HttpParts {
  readonly schema: GraphQLSchema
  readonly authenticate: Authenticate
  /** Host names with a dot that are ours. */
  readonly names: readonly string[]
  readonly report: Report
}

const bodyLimit = 8 * 1024 * 1024

/** Health, metrics and GraphQL over HTTP; the pages and the WebSockets come beside it. */
export async function createHttp(
  { schema, authenticate, names, report }: HttpParts,
  life: Pick<Life, 'health' | 'metrics'>,
): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit, logger: false, forceCloseConnections: true })

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
    report.refused('QUERY_INVALID')
    return reply.code(403).send({ errors: [shownError(new GraphQLError(refusal))] })
  })
  app.addHook('onResponse', async (request, reply) => {
    if (request.url.startsWith('/graphql')) report.queried(reply.elapsedTime / 1000)
  })

  await app.register(mercurius, {
    schema,
    // Its cache counts documents, not bytes, and one may have megabytes.
    cache: false,
    graphql: { parseOptions: { maxTokens } },
    context: (request) => ({
      ...createContext(authenticate(bearerOf(request.headers.authorization))),
    }),
    errorFormatter: ({ data, errors }) => formatErrors(data, errors, report),
  })
  app.graphql.addHook('preParsing', async (_schema, source) => refuseTree(source))
  app.graphql.addHook('preValidation', async (_schema, document) => checkSize(document))
  app.graphql.addHook('preExecution', async (_schema, _document, context) => {
    // Mercurius adds `errors` to those of the execution.
    Object.assign(context, { errors: (context as unknown as RequestContext).warnings })
  })
  return app
}

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
