import { MlaError } from '@mla/model'
import type { RunningSubscription, SubscriptionSelection } from './graphql/area.ts'
import type { RequestContext } from './graphql/context.ts'

/** Things with a key of which only the newest counts: alarms, components. */
export interface Newest<T> {
  list(): readonly T[]
  /** Null where there is none any more. */
  get(key: string): T | null
  keyOf(item: T): string
  /** Calls with the keys of what has changed, until the function it returns is called. */
  watch(changed: (keys: readonly string[]) => void): () => void
}

const endless = new Promise<void>(() => {})
/** A client that has not taken so many bytes yet gets the newest of each key when it has. */
const maxBuffered = 512 * 1024
/** How soon after it has taken them. */
const lookMs = 250

/**
 * First all that match, then those that change: also one that ceases to match, once. To a slow
 * client the newest of each, so what waits for it is bounded by the number of keys.
 */
export function subscribeToNewest<T>(
  { list, get, keyOf, watch }: Newest<T>,
  matches: (item: T) => boolean,
  { live }: RequestContext,
  { responseKey, project }: SubscriptionSelection,
): RunningSubscription {
  if (!live) throw new MlaError('QUERY_INVALID', 'a subscription needs a WebSocket')
  const { outlet, id } = live
  const waiting = new Set<string>()
  const shown = new Set<string>()
  const send = (some: readonly T[]): void => {
    const data = { [responseKey]: some.map(project) }
    outlet.send(JSON.stringify({ id, type: 'next', payload: { data } }))
  }
  const flush = (): void => {
    if (waiting.size === 0 || outlet.buffered > maxBuffered) return
    const newest = [...waiting].flatMap((key) => {
      const item = get(key)
      if (item === null) return []
      if (matches(item)) shown.add(key)
      else if (!shown.delete(key)) return []
      return [item]
    })
    waiting.clear()
    if (newest.length > 0) send(newest)
  }
  const first = list().filter(matches)
  for (const item of first) shown.add(keyOf(item))
  send(first)
  const stopWatching = watch((changed) => {
    for (const key of changed) waiting.add(key)
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
