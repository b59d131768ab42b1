import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { freePort, startAsyncua, startMilo } from '@mla/opcua-servers'
import { browse } from './browse.ts'
import { recordLink } from './link-recorder.ts'
import type { BrowsedNode } from './port.ts'

const stacks = [
  ['asyncua', startAsyncua],
  ['Milo', startMilo],
] as const

async function all(nodes: AsyncIterable<BrowsedNode>): Promise<BrowsedNode[]> {
  return Array.fromAsync(nodes)
}

for (const [name, start] of stacks) {
  describe(`browsing a server on ${name}`, () => {
    test('finds 5,000 points in folders, 100 operations a call, and no more than are asked for', async () => {
      await using server = await start({
        port: await freePort(),
        points: 5_000,
        operationLimit: 100,
      })
      await using recorder = recordLink(server.endpoint)
      const found = await all(browse(recorder.settings, { match: 'Load/**' }))
      assert.equal(new Set(found.map(({ path }) => path)).size, 5_000)
      const one = found.find(({ path }) => path === 'Load/F007/P042')
      assert.equal(one?.nodeId, 'nsu=urn:mla:test;s=Load/F007/P042')
      assert.equal(one?.type, 'double')
      const part = await all(browse(recorder.settings, { match: 'Load/F00?/P00*', maxNodes: 15 }))
      assert.equal(part.length, 15)
      const root = 'nsu=urn:mla:test;s=folder:Load/F024'
      const below = await all(browse(recorder.settings, { root, match: 'P19?' }))
      assert.deepEqual(
        below.map(({ path }) => path),
        Array.from({ length: 10 }, (_, i) => `P19${i}`),
      )
    })
  })
}

test('browsing tells unit, names of values and description', async () => {
  await using server = await startAsyncua({ port: await freePort() })
  await server.add('Pump/Mode', 'Int32', '1')
  await server.tell('unit', 'Pump/Mode', 'rpm')
  await server.tell('property', 'Pump/Mode', 'EnumStrings', 'LocalizedText[]', 'Off|On')
  await using recorder = recordLink(server.endpoint)
  const [mode] = await all(browse(recorder.settings, { match: 'Pump/*' }))
  assert.deepEqual(mode, {
    path: 'Pump/Mode',
    nodeId: 'nsu=urn:mla:test;s=Pump/Mode',
    type: 'enum',
    value: 1,
    status: 0,
    description: 'Mode',
    unit: 'rpm',
    enumeration: new Map([
      [0, 'Off'],
      [1, 'On'],
    ]),
  })
})

test('browsing below what is not there is refused', async () => {
  await using server = await startAsyncua({ port: await freePort() })
  await using recorder = recordLink(server.endpoint)
  const nowhere = browse(recorder.settings, { root: 'nsu=urn:elsewhere;i=1' })
  await assert.rejects(all(nowhere), { code: 'QUERY_INVALID' })
})
