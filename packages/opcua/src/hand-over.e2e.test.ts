import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  freePort,
  startAsyncua,
  startMilo,
  startTcpProxy,
  type TestServer,
} from '@mla/opcua-servers'
import { type LinkRecorder, nodeOf, type RecorderSettings, recordLink } from './link-recorder.ts'
import type { HandOver, Inheritance, Progresses } from './port.ts'

/** Servers hand subscriptions over to the same user, and not to anybody on an open channel. */
const user = { name: 'observer', password: 'starlight' }
const points = Array.from({ length: 10 }, (_, i) => nodeOf(`Load/F000/P00${i}`, { queueSize: 600 }))
/** Slower than they are sampled, or a server would miss some. */
const load = { points: points.length, intervalMs: 300 }

/** A link that is cut off from its server in the middle of its work, and what it left on disk. */
async function cutOff(server: TestServer, given: Partial<RecorderSettings>) {
  await using resources = new AsyncDisposableStack()
  const { port } = new URL(server.endpoint.replace('opc.tcp:', 'http:'))
  const proxy = resources.use(await startTcpProxy(Number(port)))
  const first = resources.use(recordLink(`opc.tcp://127.0.0.1:${proxy.port}/test`, given))
  first.link.watch(points)
  await first.until(() => first.values.length > 50, 'values')
  proxy.cut()
  const stays = resources.move()
  return {
    ...{ first, inheritance: leftBy(first) },
    [Symbol.asyncDispose]: () => stays.disposeAsync(),
  }
}

function leftBy({ link }: LinkRecorder): Inheritance {
  const written = JSON.stringify({ handOver: link.handOver(), progress: link.progress() })
  const read: { handOver: HandOver; progress: Progresses } = JSON.parse(written)
  return { ...read, since: Date.now() * 1000, isLost: false, needsValue: () => false }
}

const valuesOf = (recorder: LinkRecorder, key: string): readonly number[] =>
  recorder.of(key).map(({ value }) => Number(value))

/** What the test servers count up, each number once. */
const assertCounts = (values: readonly number[], key: string): void =>
  assert.deepEqual(
    values,
    values.map((_, i) => Number(values[0]) + i),
    key,
  )

test('a link takes over, from Milo, with all that was not safe and all that came meanwhile', async () => {
  await using server = await startMilo({ port: await freePort(), user, ...load })
  await using before = await cutOff(server, { user, isForgetful: true })
  const { first, inheritance } = before
  await using second = recordLink(server.endpoint, { user, inheritance })
  second.link.watch(points)
  await second.until(() => second.values.length > 150, 'values of the second')
  assert.deepEqual(
    second.states.map(({ state }) => state),
    ['connected'],
  )
  assert.equal(second.outcomes.length, 0, 'nothing was made anew')
  for (const { key } of points) {
    const values = valuesOf(second, key)
    assertCounts(values, key)
    assert.equal(values[0], valuesOf(first, key)[0], `${key}: what was not safe comes again`)
  }
})

test('a link that leaves its subscriptions hands them over; what was safe does not come again', async () => {
  await using server = await startMilo({ port: await freePort(), user, ...load })
  await using first = recordLink(server.endpoint, { user })
  first.link.watch(points)
  await first.until(() => first.values.length > 50, 'values')
  await first.link.leave()
  const inheritance = leftBy(first)
  const [changed, gone] = points
  const others = points.slice(2)
  const wanted = [{ ...nodeOf(String(changed?.key)), samplingIntervalMs: 200 }, ...others]
  await using second = recordLink(server.endpoint, { user, inheritance })
  second.link.watch(wanted)
  await second.until(() => second.values.length > 150, 'values of the second')
  assert.deepEqual(
    second.states.map(({ state }) => state),
    ['connected'],
  )
  for (const { key } of others)
    assertCounts([...valuesOf(first, key), ...valuesOf(second, key)], key)
  const asked = second.outcomes.map(({ key }) => key)
  assert.deepEqual(asked, [changed?.key], 'one is sampled otherwise, in its place')
  assert.equal(second.link.figures().nodesWatched, 9)
  assert.ok(
    second.link.handOver().subscriptions.every(({ items }) => items.length === 9),
    gone?.key,
  )
  assert.equal(await server.tell('subscriptions'), '1')
})

for (const [name, start, given] of [
  ['asyncua, which says that it hands them over and does not', startAsyncua, { user }],
  ['Milo, to somebody whom it does not know', startMilo, {}],
] as const) {
  test(`what cannot be taken over from ${name} is made anew, and the loss is told`, async () => {
    await using server = await start({ port: await freePort(), ...given, ...load })
    await using before = await cutOff(server, given)
    const { inheritance } = before
    await using second = recordLink(server.endpoint, { ...given, inheritance })
    second.link.watch(points)
    await second.until(() => second.values.length > 30, 'values of the second')
    const [lost, connected, ...more] = second.states
    assert.ok(lost?.state === 'lost' && lost.keys === 'all', JSON.stringify(second.states))
    // By two clocks, one of which counts in fractions of what the other does.
    assert.ok(Math.abs(lost.since - inheritance.since) < 5000, `${lost.since - inheritance.since}`)
    assert.deepEqual([connected?.state, more], ['connected', []])
    assert.equal(second.outcomes.filter(({ ok }) => ok).length, points.length)
  })
}
