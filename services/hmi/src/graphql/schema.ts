import { buildSchema, GraphQLObjectType, GraphQLScalarType, type GraphQLSchema } from 'graphql'
import type { Area, FieldReader, RootField } from './area.ts'
import type { RequestContext } from './context.ts'
import { needsWebSocket, subscribeTo } from './subscribe.ts'

/** Builds the schema from its areas. Throws where an area answers a name that it does not declare. */
export function createSchema(areas: readonly Area[]): GraphQLSchema {
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
    const roots = [
      ['Query', area.queries ?? {}],
      ['Mutation', area.mutations ?? {}],
    ] as const
    for (const [root, answers] of roots) {
      for (const [name, answer] of Object.entries(answers)) {
        fieldOf(schema, root, name).resolve = (_, args, context: RequestContext) =>
          (answer as AnswerField)(args, context)
      }
    }
    for (const [name, begin] of Object.entries(subscriptions)) {
      Object.assign(fieldOf(schema, 'Subscription', name), {
        subscribe: subscribeTo(begin),
        // Only a request over HTTP is executed; graphql-js then takes a subscription for a query.
        resolve: needsWebSocket,
      })
    }
  }
  return schema
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
