import type { GraphQLScalarType } from 'graphql'
import type { RequestContext } from './context.ts'

/** Reads one field off the value of its type. */
export type FieldReader = (source: never) => unknown

/** A root field: checks its arguments, and answers. Throws MlaError. */
export type RootField = (args: never, context: RequestContext) => unknown

/** One area of the schema: its text, and what answers it. */
export interface Area {
  readonly sdl: string
  readonly scalars?: Readonly<Record<string, Partial<ScalarCoding>>>
  /** Fields that are not simply a property of their object, by type. */
  readonly fields?: Readonly<Record<string, Readonly<Record<string, FieldReader>>>>
  readonly queries?: Readonly<Record<string, RootField>>
  readonly mutations?: Readonly<Record<string, RootField>>
  readonly subscriptions?: Readonly<Record<string, Subscribe>>
}

export type ScalarCoding = Pick<GraphQLScalarType, 'serialize' | 'parseValue' | 'parseLiteral'>

/** Begins a subscription; the frames of its changes are written by what it hands out. */
export type Subscribe = (
  args: never,
  context: RequestContext,
  subscription: SubscriptionSelection,
) => Promise<RunningSubscription>

/** What of a subscription's type its client asked for. */
export interface SubscriptionSelection {
  readonly responseKey: string
  readonly project: Projection
}

/** Makes the JSON value of an object with just the fields asked for. */
export interface Projection {
  /** Projections with the same key make the same of the same object. */
  readonly key: string
  (source: unknown): unknown
}

export interface RunningSubscription {
  /** Resolves when the server ends it by itself. */
  readonly ended: Promise<void>
  stop(): void
}
