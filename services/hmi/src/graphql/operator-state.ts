import { type Bus, mlaDesired, mlaState, type Topic } from '@mla/bus'
import { MlaError } from '@mla/model'
import type { Area } from './area.ts'

const sdl = /* GraphQL */ `
"What state is wanted of a component, a service, a subsystem or all"
type WantedState {
  scope: String!
  isOnline: Boolean!
  time: DateTime!
  by: String!
}

"Something that operators decided, or how far processing came; its content is JSON"
type StateDocument {
  key: String!
  time: DateTime!
  by: String!
  content: String!
}

"What outlives all processes, beside the archive and the configuration: for a backup"
type OperatorState {
  wanted: [WantedState!]!
  documents: [StateDocument!]!
}

extend type Query {
  "What operators decided, as of now"
  operatorState: OperatorState!
}
`

const readWithinMs = 15_000

export const operatorStateArea = (bus: Pick<Bus, 'follow'>): Area => ({
  sdl,
  queries: {
    async operatorState() {
      const [wanted, documents] = await Promise.all([
        newestOf(bus, mlaDesired),
        newestOf(bus, mlaState),
      ])
      // How far processing came is large, and no decision of an operator.
      const decided = documents.filter(({ key }) => !key.startsWith('processing/'))
      return { wanted, documents: decided }
    },
  },
})

/** The newest document of each key. Throws BUS_UNAVAILABLE. */
async function newestOf<T>(bus: Pick<Bus, 'follow'>, topic: Topic<T>): Promise<readonly T[]> {
  const newest = new Map<string | null, T>()
  for await (const one of bus.follow(topic, 0, AbortSignal.timeout(readWithinMs))) {
    if (one.kind === 'caught-up') return [...newest.values()]
    for (const { key, record } of one.messages) newest.set(key, record)
  }
  throw new MlaError('BUS_UNAVAILABLE', `${topic.name} is not read to its end in time`)
}
