import type { ComponentStatus } from '@mla/control'
import { type CommandName, type Micros, MlaError } from '@mla/model'
import type { Commander } from '../commander.ts'
import type { Components } from '../components.ts'
import { subscribeToNewest } from '../newest-subscription.ts'
import type { Area, SubscriptionSelection } from './area.ts'
import { componentsSdl } from './components.graphql.ts'
import type { RequestContext } from './context.ts'

interface CommandArgs {
  readonly component: string
  readonly command: CommandName
  readonly params?: readonly string[] | null
}

const mostParams = 20

export const componentsArea = (components: Components, commander: Commander): Area => ({
  sdl: componentsSdl,
  fields: {
    Component: {
      id: ({ component }: ComponentStatus) => component,
      clockAheadMs: ({ time, lastHeartbeat }: ComponentStatus) => (time - lastHeartbeat) / 1000,
      figures: figuresOf,
    },
  },
  queries: {
    async components({ at }: { readonly at?: Micros | null }) {
      return at == null ? components.list() : components.at(at)
    },
  },
  subscriptions: {
    async components(_: object, context: RequestContext, selection: SubscriptionSelection) {
      return subscribeToNewest(components, () => true, context, selection)
    },
  },
  mutations: {
    async command({ component, command, params }: CommandArgs, { user }: RequestContext) {
      const given = params ?? []
      if (given.length > mostParams) {
        throw new MlaError('QUERY_TOO_LARGE', `params: at most ${mostParams} may be given`)
      }
      return commander.command(component, command, given, user.name)
    },
  },
})

function figuresOf({ figures, cpuPercent, memoryBytes, time, started }: ComponentStatus) {
  return {
    ...Object.fromEntries(figures.map(({ name, value }) => [name, value])),
    cpuPercent: Math.round(10 * cpuPercent) / 10,
    memoryBytes,
    uptimeSeconds: Math.round((time - started) / 1e6),
  }
}
