import { MlaError } from '@mla/model'
import type { RunningSubscription, SubscriptionSelection } from '../graphql/area.ts'
import type { RequestContext } from '../graphql/context.ts'
import type { AlarmBoard } from './board.ts'
import type { AlarmMatcher } from './status.ts'

const endless = new Promise<void>(() => {})
/** A client that has not taken so much yet gets the newest of each alarm when it has. */
const maxBuffered = 1024 * 1024
const lookMs = 250

/**
 * First the alarms that match, then those that change: also one that ceases to match, once. To a
 * slow client the newest of each.
 */
export function subscribeToAlarms(
  board: AlarmBoard,
  matches: AlarmMatcher,
  { live }: RequestContext,
  { responseKey, project }: SubscriptionSelection,
): RunningSubscription {
  if (!live) throw new MlaError('QUERY_INVALID', 'a subscription needs a WebSocket')
  const { outlet, id } = live
  const waiting = new Set<string>()
  const shown = new Set<string>()
  const send = (some: readonly unknown[]): void => {
    const data = { [responseKey]: some.map(project) }
    outlet.send(JSON.stringify({ id, type: 'next', payload: { data } }))
  }
  const flush = (): void => {
    if (waiting.size === 0 || outlet.buffered > maxBuffered) return
    const newest = [...waiting].flatMap((one) => {
      const alarm = board.get(one)
      if (alarm === null) return []
      if (matches(alarm)) shown.add(one)
      else if (!shown.delete(one)) return []
      return alarm
    })
    waiting.clear()
    if (newest.length > 0) send(newest)
  }
  const first = board.list().filter(matches)
  for (const alarm of first) shown.add(alarm.id)
  send(first)
  const stopWatching = board.watch((changed) => {
    for (const one of changed) waiting.add(one)
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
