import { MlaError } from '@mla/model'
import type { GraphQLFieldResolver } from 'graphql'
import type { RunningSubscription, Subscribe, SubscriptionSelection } from './area.ts'
import type { RequestContext } from './context.ts'
import { compileProjection } from './projection.ts'

type Begin = (
  args: unknown,
  context: RequestContext,
  selection: SubscriptionSelection,
) => Promise<RunningSubscription>

type Check = (args: unknown, context: RequestContext) => void

/** Makes a field's `subscribe` of what begins a subscription, after `check`. */
export const subscribeTo =
  (begin: Subscribe, check: Check): GraphQLFieldResolver<unknown, RequestContext> =>
  async (_, args, context, info) => {
    if (!context.live) return needsWebSocket()
    check(args, context)
    const { alias, name } = info.fieldNodes[0] ?? {}
    const responseKey = (alias ?? name)?.value ?? info.fieldName
    const selection = { responseKey, project: compileProjection(info) }
    return silence(await (begin as Begin)(args, context, selection))
  }

export function needsWebSocket(): never {
  throw new MlaError('QUERY_INVALID', 'a subscription needs a WebSocket, on the same path')
}

/**
 * The stream of a subscription that writes its own frames: it yields nothing, and ends when the
 * client completes it, goes away, or the subscription ends by itself.
 */
function silence({ ended, stop }: RunningSubscription): AsyncIterableIterator<never> {
  const done = { done: true, value: undefined } as const
  let release = () => {}
  const returned = new Promise<void>((resolve) => {
    release = resolve
  })
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      await Promise.race([ended, returned])
      stop()
      return done
    },
    async return() {
      stop()
      release()
      return done
    },
  }
}
