import type { Priority } from '@mla/model'
import type { LogLevels } from '../log-levels.ts'
import type { Area } from './area.ts'
import type { RequestContext } from './context.ts'

const sdl = /* GraphQL */ `
"From which priority on records of a source are let through, by the collectors that receive them"
type LogLevel {
  "A source of the configuration, or a part of one as its records are called: hosts/pi-7, hosts/tel*"
  source: ID!
  minPriority: Priority!
  "What the configuration says; null where it has no such source"
  configured: Priority
  "Who set what is in force; null where it is as configured"
  changedBy: String
  changedTime: DateTime
}

extend type Query {
  "The log level of each source. That of our own services is theirs: components { logLevel }"
  logLevels: [LogLevel!]!
}

extend type Mutation {
  "Sets from which priority on records of a source, or a part of one, are let through: at once, and until it is set again. Null: as the configuration says"
  setLogLevel(source: ID!, minPriority: Priority): LogLevel!
}
`

interface SetArgs {
  readonly source: string
  readonly minPriority?: Priority | null
}

export const logLevelsArea = (levels: LogLevels): Area => ({
  sdl,
  queries: { logLevels: () => levels.list() },
  mutations: {
    setLogLevel: ({ source, minPriority }: SetArgs, { user }: RequestContext) =>
      levels.set(source, minPriority ?? null, user.name),
  },
})
