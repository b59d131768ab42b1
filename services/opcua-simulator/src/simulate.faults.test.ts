import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { AttributeIds, type DataValue } from 'node-opcua-client'
import { least, watch } from './client.fixture.ts'
import { startSimulator } from './simulate.fixture.ts'

const { control, connect, stop } = await startSimulator()
after(stop)

test('faults appear and pass: a status, a type, a frozen value', async () => {
  await using connection = await connect()
  const id = 'Fast/Group4/Value4'
  const watching = await watch(connection, [id])
  const values = () => watching.received.get(id) ?? []
  const has = (test: (value: DataValue) => boolean) => () => values().slice(-1).some(test)
  const healthy = has(({ statusCode, value }) => statusCode.isGood() && value.dataType === 11)
  await watching.until(healthy)
  await control('POST', '/faults', { kind: 'bad-status', match: id })
  await watching.until(has(({ statusCode }) => statusCode.value === 0x808c0000))
  await control('POST', '/faults', { kind: 'type-change', match: id })
  await watching.until(has(({ value }) => typeof value.value === 'string'))
  await control('DELETE', '/faults')
  await watching.until(healthy)
  await control('POST', '/faults', { kind: 'freeze', match: id })
  await once(watching.subscription, 'keepalive')
  await control('DELETE', '/faults')
  await watching.until(healthy)
})

test('after a disconnect the subscription goes on; after a restart it is gone', async () => {
  await using connection = await connect()
  const id = 'Fast/Group0/Value5'
  const watching = await watch(connection, [id])
  await watching.until(() => least(watching) >= 1)
  const back = once(connection.client, 'connection_reestablished')
  await control('POST', '/faults', { kind: 'disconnect' })
  await back
  const seen = least(watching)
  await watching.until(() => least(watching) > seen + 3)

  const lost = once(connection.client, 'connection_lost')
  const again = once(connection.client, 'after_reconnection')
  await control('POST', '/faults', { kind: 'restart', durationS: 0.5 })
  await lost
  assert.deepEqual((await control('GET', '/truth?match=none')).items, 0)
  await again
  await using fresh = await connect()
  const anew = await watch(fresh, [id])
  await anew.until(() => least(anew) >= 3)
})

test('a slow server answers later, in order, and is quick again when the fault ends', async () => {
  await using connection = await connect()
  const ask = () => connection.session.read({ nodeId: 'i=2258', attributeId: AttributeIds.Value })
  await control('POST', '/faults', { kind: 'slow', delayMs: 300 })
  const answers: number[] = []
  const started = performance.now()
  await Promise.all([1, 2, 3].map((n) => ask().then(() => answers.push(n))))
  assert.ok(performance.now() - started >= 290)
  assert.deepEqual(answers, [1, 2, 3])
  await control('DELETE', '/faults')
  assert.ok((await ask()).statusCode.isGood())
})
