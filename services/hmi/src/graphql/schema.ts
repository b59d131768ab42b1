import { buildSchema, GraphQLObjectType, GraphQLScalarType, type GraphQLSchema } from 'graphql'
import type { Area, FieldReader, RootField } from './area.ts'
import type { RequestContext } from './context.ts'
import type { Guard } from './guard.ts'
import { needsWebSocket, subscribeTo } from './subscribe.ts'

/**
 * Builds the schema from its areas; the guard is asked before each root field. Throws where an area
 * answers a name that it does not declare.
 */
export function createSchema(areas: readonly Area[], guard: Guard): GraphQLSchema {
  const roots = 'type Query\ntype Subscription\ntype Mutation\n'
  const schema = buildSchema(roots + areas.map((area) => area.sdl).join('\n'))
  for (const { scalars = {}, fields = {}, subscriptions = {}, ...area } of areas) {
    for (const [name, coding] of Object.entries(scalars)) {
      Object.assign(named(schema, name, GraphQLScalarType), coding)
    }
    for (const [type, readers] of Object.entries(fields)) {
      for (const [name, read] of Object.entries(readers)) {
        fieldOf(schema, type, name).resolve = (source) => (read as Reader)(source)
      }
    }
    for (const [name, answer] of Object.entries(area.queries ?? {})) {
      fieldOf(schema, 'Query', name).resolve = (_, args, context: RequestContext) => {
        guard.check('Query', name, args, context)
        return (answer as AnswerField)(args, context)
      }
    }
    for (const [name, answer] of Object.entries(area.mutations ?? {})) {
      fieldOf(schema, 'Mutation', name).resolve = acting(name, answer as AnswerField, guard)
    }
    for (const [name, begin] of Object.entries(subscriptions)) {
      Object.assign(fieldOf(schema, 'Subscription', name), {
        subscribe: subscribeTo(begin, (args, context) =>
          guard.check('Subscription', name, args, context),
        ),
        // Only a request over HTTP is executed; graphql-js then takes a subscription for a query.
        resolve: needsWebSocket,
      })
    }
  }
  return schema
}

/** Asks the guard first, and tells it what became of it. */
const acting =
  (name: string, answer: AnswerField, guard: Guard) =>
  async (_: unknown, args: unknown, context: RequestContext): Promise<unknown> => {
    guard.check('Mutation', name, args, context)
    try {
      const result = await answer(args, context)
      guard.done(name, args, context, null)
      return result
    } catch (error) {
      guard.done(name, args, context, error)
      throw error
    }
  }

type Reader = (source: unknown) => ReturnType<FieldReader>
type AnswerField = (args: unknown, context: RequestContext) => ReturnType<RootField>

function named<T>(schema: GraphQLSchema, name: string, kind: new (...args: never[]) => T): T {
  const type = schema.getType(name)
  if (type instanceof kind) return type
  throw new TypeError(`the schema declares no ${kind.name} ${name}`)
}

function fieldOf(schema: GraphQLSchema, type: string, name: string) {
  const field = named(schema, type, GraphQLObjectType).getFields()[name]
  if (field) return field
  throw new TypeError(`the schema declares no field ${type}.${name}`)
}
