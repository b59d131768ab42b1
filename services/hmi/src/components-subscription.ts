import { MlaError } from '@mla/model'
import type { Components } from './components.ts'
import type { RunningSubscription, SubscriptionSelection } from './graphql/area.ts'
import type { RequestContext } from './graphql/context.ts'

const endless = new Promise<void>(() => {})
/** A client that has not taken so much yet gets the newest of each component when it has. */
const maxBuffered = 256 * 1024
const lookMs = 250

/** First all components, then those that say something new; to a slow client the newest of each. */
export function subscribeToComponents(
  components: Components,
  { live }: RequestContext,
  { responseKey, project }: SubscriptionSelection,
): RunningSubscription {
  if (!live) throw new MlaError('QUERY_INVALID', 'a subscription needs a WebSocket')
  const { outlet, id } = live
  const waiting = new Set<string>()
  const send = (some: readonly unknown[]): void => {
    const data = { [responseKey]: some.map(project) }
    outlet.send(JSON.stringify({ id, type: 'next', payload: { data } }))
  }
  const flush = (): void => {
    if (waiting.size === 0 || outlet.buffered > maxBuffered) return
    const newest = components.list().filter(({ component }) => waiting.has(component))
    waiting.clear()
    send(newest)
  }
  send(components.list())
  const stopWatching = components.watch((changed) => {
    for (const { component } of changed) waiting.add(component)
    flush()
  })
  const looks = setInterval(flush, lookMs)
  return {
    ended: endless,
    stop() {
      clearInterval(looks)
      stopWatching()
    },
  }
}
