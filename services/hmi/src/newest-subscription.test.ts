import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RequestContext } from './graphql/context.ts'
import { subscribeToNewest } from './newest-subscription.ts'

interface Thing {
  readonly id: string
  readonly value: number
}

/** Things that change, one client that takes what is sent or does not, and what it was sent. */
function begin(matches: (thing: Thing) => boolean = () => true) {
  const things = new Map<string, Thing>()
  let tell = (_: readonly string[]): void => {}
  const sent: (readonly Thing[])[] = []
  const outlet = {
    buffered: 0,
    send: (text: string) => void sent.push(JSON.parse(text).payload.data.things),
    close: () => {},
  }
  const set = (id: string, value: number): void => {
    things.set(id, { id, value })
    tell([id])
  }
  set('a', 1)
  set('b', 2)
  const { stop } = subscribeToNewest<Thing>(
    {
      list: () => [...things.values()],
      get: (id) => things.get(id) ?? null,
      keyOf: ({ id }) => id,
      watch(changed) {
        tell = changed
        return () => {
          tell = () => {}
        }
      },
    },
    matches,
    { live: { outlet, id: '1' } } as unknown as RequestContext,
    { responseKey: 'things', project: Object.assign((one: unknown) => one, { key: '' }) },
  )
  return { set, sent, outlet, [Symbol.dispose]: stop }
}
const last = <T>(sent: readonly T[]): T | undefined => sent.at(-1)

test('a subscription begins with all, then brings what changes', () => {
  using client = begin()
  assert.deepEqual(client.sent[0], [
    { id: 'a', value: 1 },
    { id: 'b', value: 2 },
  ])
  client.set('b', 3)
  assert.deepEqual(last(client.sent), [{ id: 'b', value: 3 }])
})

test('a slow client gets the newest of each, once it takes anything', async () => {
  using client = begin()
  client.outlet.buffered = 10_000_000
  for (let i = 0; i < 100; i++) client.set('a', i)
  client.set('b', 9)
  assert.equal(client.sent.length, 1)
  client.outlet.buffered = 0
  while (client.sent.length < 2) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(last(client.sent), [
    { id: 'a', value: 99 },
    { id: 'b', value: 9 },
  ])
})

test('what ceases to match is told once', () => {
  using client = begin(({ value }) => value < 2)
  assert.deepEqual(client.sent, [[{ id: 'a', value: 1 }]])
  client.set('a', 5)
  client.set('a', 6)
  client.set('b', 7)
  assert.deepEqual(client.sent.slice(1), [[{ id: 'a', value: 5 }]])
})
