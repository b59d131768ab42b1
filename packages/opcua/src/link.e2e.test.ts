import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  freePort,
  type ServerSettings,
  startAsyncua,
  startMilo,
  startTcpProxy,
  type TestServer,
} from '@mla/opcua-servers'
import { nodeOf, recordLink } from './link-recorder.ts'
import type { NodeValue } from './port.ts'

const stacks: [name: string, start: (settings: ServerSettings) => Promise<TestServer>][] = [
  ['asyncua', startAsyncua],
  ['Milo', startMilo],
]

for (const [name, start] of stacks) {
  describe(`a link to a server on ${name}`, () => {
    test('reports a missing node by its key, runs the rest, and finds it when it appears', async () => {
      await using server = await start({ port: await freePort() })
      await server.add('Plant/Here', 'Double', '1')
      await using recorder = recordLink(server.endpoint)
      recorder.link.watch([
        nodeOf('Plant/Here'),
        nodeOf('Plant/Later'),
        nodeOf('Plant/NoSpace', { nodeId: 'nsu=urn:elsewhere;s=x' }),
        nodeOf('Plant/Nonsense', { nodeId: 'Plant.Nonsense' }),
      ])
      await recorder.until(() => recorder.of('Plant/Here').length > 0, 'a value')
      const failed = recorder.outcomes.flatMap((one) => (one.ok ? [] : [[one.key, one.status]]))
      assert.deepEqual(failed.sort(), [
        ['Plant/Later', 0x80340000],
        ['Plant/NoSpace', 0x80340000],
        ['Plant/Nonsense', 0x80330000],
      ])
      await server.add('Plant/Later', 'String', 'here I am')
      await recorder.until(() => recorder.of('Plant/Later').length > 0, 'the later node')
      assert.equal(recorder.of('Plant/Later')[0]?.value, 'here I am')
      assert.equal(recorder.outcomes.filter((one) => one.key === 'Plant/NoSpace').length, 1)
      const leftOut = (): number => recorder.link.figures().nodesFailed
      await recorder.until(() => leftOut() === 2, 'the later node to be no failure')
    })

    test('respects OperationLimits of 100 and leaves nothing behind', async () => {
      await using server = await start({ port: await freePort(), operationLimit: 100, points: 350 })
      const recorder = recordLink(server.endpoint)
      const nodes = Array.from({ length: 350 }, (_, i) => nodeOf(pointPath(i)))
      recorder.link.watch(nodes)
      await recorder.until(() => new Set(recorder.values.map((v) => v.key)).size === 350, 'all')
      assert.equal(recorder.link.figures().nodesWatched, 350)
      assert.equal(await server.tell('subscriptions'), '1')
      await recorder[Symbol.asyncDispose]()
      assert.equal(await server.tell('subscriptions'), '0')
    })

    test('changes what is watched without disturbing the rest', async () => {
      await using server = await start({ port: await freePort() })
      for (const path of ['P/A', 'P/B', 'P/C']) await server.add(path, 'Int32', '1')
      await using recorder = recordLink(server.endpoint)
      recorder.link.watch([nodeOf('P/A'), nodeOf('P/B')])
      await recorder.until(
        () => recorder.of('P/A').length + recorder.of('P/B').length === 2,
        'both',
      )
      recorder.link.watch([nodeOf('P/A'), nodeOf('P/C', { samplingIntervalMs: 200 })])
      await recorder.until(() => recorder.of('P/C').length === 1, 'the new one')
      for (const path of ['P/B', 'P/A']) await server.write(path, 'Int32', '2')
      await recorder.until(() => recorder.of('P/A').length === 2, 'the one that stayed')
      assert.deepEqual(
        recorder.of('P/A').map(({ value }) => value),
        [1, 2],
      )
      assert.deepEqual(
        recorder.of('P/B').map(({ value }) => value),
        [1],
      )
      assert.equal(await server.tell('subscriptions'), '2')
    })

    test('samples a node faster, and slower again, in its place', async () => {
      await using server = await start({ port: await freePort() })
      for (const path of ['P/A', 'P/B']) await server.add(path, 'Int32', '0')
      await using recorder = recordLink(server.endpoint)
      const [slow, other] = [nodeOf('P/A'), nodeOf('P/B')]
      const fast = nodeOf('P/A', { samplingIntervalMs: 20, queueSize: 500 })
      recorder.link.watch([slow, other])
      await recorder.until(() => recorder.of('P/A').length === 1, 'the first value')
      const granted = () =>
        recorder.outcomes.flatMap((one) => (one.ok && one.key === 'P/A' ? [one] : []))
      let written = 0
      for (const node of [fast, { ...slow, queueSize: 500 }]) {
        const before = granted().length
        recorder.link.watch([node, other])
        await recorder.until(() => granted().length > before, 'the change')
        assert.equal(granted().at(-1)?.queueSize, 500)
        assert.equal(granted().at(-1)?.samplingIntervalMs, node.samplingIntervalMs)
        await server.write('P/A', 'Int32', String(++written))
        const last = () => recorder.of('P/A').at(-1)?.value
        await recorder.until(() => last() === written, 'the value after the change')
      }
      // What is watched anew says its value once more.
      assert.deepEqual(
        recorder.of('P/A').map(({ value }) => value),
        [0, 1, 2],
      )
      assert.equal(recorder.of('P/B').length, 1)
      assert.equal(await server.tell('subscriptions'), '1')
    })

    test('gives values, status and stamps as the server has them, and a type that changes', async () => {
      await using server = await start({ port: await freePort() })
      await server.add('P/X', 'Double', '1.5')
      await using recorder = recordLink(server.endpoint)
      recorder.link.watch([nodeOf('P/X')])
      await recorder.until(() => recorder.of('P/X').length === 1, 'the first')
      const time = 1_790_000_000_123_456
      await server.write('P/X', 'Double', '2.5', 0x40920000, time)
      await recorder.until(() => recorder.of('P/X').length === 2, 'the second')
      await server.write('P/X', 'String', 'broken', 0x40920000, time + 1)
      await recorder.until(() => recorder.of('P/X').length === 3, 'the third')
      // Some servers leave the value out when its status is bad.
      await server.write('P/X', 'String', 'worse', 0x80050000, time + 2)
      await recorder.until(() => recorder.of('P/X').length === 4, 'the fourth')
      const [, second, third, fourth] = recorder.of('P/X')
      assert.deepEqual([fourth?.status, fourth?.sourceTime], [0x80050000, time + 2])
      assert.equal(second?.status, 0x40920000)
      assert.equal(second?.sourceTime, time)
      assert.equal(second?.value, 2.5)
      assert.ok((second?.serverTime ?? 0) > time)
      assert.deepEqual(
        [third?.type, third?.value, third?.sourceTime],
        ['string', 'broken', time + 1],
      )
    })

    test('comes back after the server was killed, also with other namespace indices', async () => {
      const port = await freePort()
      const first = await start({ port })
      await first.add('P/X', 'Int32', '1')
      await using recorder = recordLink(first.endpoint)
      recorder.link.watch([nodeOf('P/X')])
      await recorder.until(() => recorder.of('P/X').length === 1, 'the first value')
      await first.kill()
      await recorder.until(() => recorder.states.at(-1)?.state !== 'connected', 'the loss')
      await using second = await start({ port, otherNamespaces: 3 })
      await second.add('P/X', 'Int32', '2')
      await recorder.until(() => recorder.of('P/X').length === 2, 'a value of the new server')
      assert.equal(recorder.of('P/X')[1]?.value, 2)
      const lost = recorder.states.filter(({ state }) => state === 'lost')
      assert.equal(lost.length, 1)
      assert.equal(recorder.states.at(-1)?.state, 'connected')
      assert.equal(recorder.link.figures().reconnections >= 1, true)
    })

    test('takes a frozen server for lost, and goes on when it thaws', async () => {
      await using server = await start({ port: await freePort(), points: 10, intervalMs: 100 })
      await using recorder = recordLink(server.endpoint)
      recorder.link.watch(Array.from({ length: 10 }, (_, i) => nodeOf(pointPath(i))))
      await recorder.until(() => recorder.values.length > 50, 'values')
      server.freeze()
      await recorder.until(() => recorder.states.at(-1)?.state === 'lost', 'the loss')
      const before = recorder.values.length
      server.thaw()
      await recorder.until(() => recorder.values.length > before + 50, 'values again')
      assert.equal(recorder.states.at(-1)?.state, 'connected')
      assertNoDoubles(recorder.values)
      assert.equal(await server.tell('subscriptions'), '1')
    })

    test('heals a short cut of the network without a double', async () => {
      await using server = await start({ port: await freePort(), points: 10, intervalMs: 100 })
      const { port } = new URL(server.endpoint.replace('opc.tcp:', 'http:'))
      await using proxy = await startTcpProxy(Number(port))
      await using recorder = recordLink(`opc.tcp://127.0.0.1:${proxy.port}/test`, {
        silenceMs: 30_000,
      })
      recorder.link.watch(Array.from({ length: 10 }, (_, i) => nodeOf(pointPath(i))))
      await recorder.until(() => recorder.values.length > 50, 'values')
      proxy.cut()
      const cut = recorder.values.length
      await recorder.until(() => recorder.states.at(-1)?.state === 'connecting', 'a vain attempt')
      const mended = Date.now() * 1000
      proxy.mend()
      const isAfter = ({ sourceTime }: NodeValue): boolean => (sourceTime ?? 0) > mended
      await recorder.until(() => recorder.values.some(isAfter), 'values again')
      assertNoDoubles(recorder.values)
      if (name === 'Milo') {
        // Its session outlives the connection, and so do the values in its queues.
        const { states, values } = recorder
        assert.deepEqual(
          states.map(({ state }) => state),
          ['connected', 'connecting', 'connected'],
        )
        const late = values.slice(cut).filter((value) => !isAfter(value))
        assert.ok(late.length > 10, `${late.length} values of the time of the cut`)
        const stamps = recorder.of(pointPath(3)).map(({ sourceTime }) => sourceTime)
        assert.equal(new Set(stamps).size, stamps.length)
      }
    })
  })
}

test('a link gives a slow server the time it takes', async () => {
  await using server = await startAsyncua({ port: await freePort(), points: 500, delayMs: 400 })
  await using recorder = recordLink(server.endpoint, { silenceMs: 5_000 })
  recorder.link.watch(Array.from({ length: 500 }, (_, i) => nodeOf(pointPath(i))))
  await recorder.until(() => new Set(recorder.values.map((v) => v.key)).size === 500, 'all')
  assert.deepEqual(
    recorder.states.map(({ state }) => state),
    ['connected'],
  )
})

test('a link watches without a dead band that the server refuses, and says so', async () => {
  await using server = await startMilo({ port: await freePort() })
  await server.add('P/X', 'Double', '1')
  await server.add('P/Text', 'String', 'a')
  await using recorder = recordLink(server.endpoint)
  recorder.link.watch([
    nodeOf('P/X', { deadband: { kind: 'absolute', value: 0.5 } }),
    nodeOf('P/Text', { deadband: { kind: 'percent', value: 1 } }),
  ])
  await recorder.until(() => recorder.of('P/X').length + recorder.of('P/Text').length === 2, 'both')
  assert.ok(
    recorder.revisions.some((text) => text.startsWith('dead band')),
    recorder.revisions.join(),
  )
  await server.write('P/X', 'Double', '1.25')
  await server.write('P/Text', 'String', 'b')
  await recorder.until(() => recorder.of('P/Text').length === 2, 'the text')
  await server.write('P/X', 'Double', '2')
  await recorder.until(() => recorder.of('P/X').length === 2, 'the number')
  assert.deepEqual(
    recorder.of('P/X').map(({ value }) => value),
    [1, 2],
  )
})

const pointPath = (i: number): string =>
  `Load/F${String(Math.floor(i / 200)).padStart(3, '0')}/P${String(i % 200).padStart(3, '0')}`

/** A new subscription begins with the current values, which are data; a message twice is not. */
function assertNoDoubles(values: readonly { key: string; sourceTime: number | null }[]): void {
  const seen = new Map<string, number>()
  for (const { key, sourceTime } of values) {
    assert.ok((seen.get(key) ?? 0) <= (sourceTime ?? 0), `${key} goes back in time`)
    seen.set(key, sourceTime ?? 0)
  }
}
