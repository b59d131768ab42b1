import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Value } from '@mla/model'
import { AttributeIds, DataChangeFilter, DataChangeTrigger, DeadbandType } from 'node-opcua-client'
import { createChecksum } from './checksum.ts'
import { least, sourceMsOf, watch } from './client.fixture.ts'
import { modelValueOf } from './server/values.ts'
import { valueAt } from './signals.ts'
import { fast, points, seed, startSimulator } from './simulate.fixture.ts'

const { control, truthOf, connect, drained, stop } = await startSimulator()
after(stop)

test('what it queued is what a client receives, each with a stamp of its own', async () => {
  await using connection = await connect()
  const before = await truthOf('Fast/**')
  const watching = await watch(connection, fast)
  await watching.until(() => least(watching) >= 15)
  await drained(watching)
  const truth = await truthOf('Fast/**')
  await control('DELETE', '/faults')

  for (const id of fast) {
    const values = watching.received.get(id) ?? []
    const now = truth[id]
    assert.ok(now)
    assert.equal(now.queued - (before[id]?.queued ?? 0), values.length, id)
    assert.equal(now.published - (before[id]?.published ?? 0), values.length, id)
    assert.equal(now.discarded, 0)
    assert.equal(new Set(values.map(sourceMsOf)).size, values.length)
    const checksum = createChecksum()
    for (const one of values) checksum.add(sourceMsOf(one) * 1000, modelValueOf(one.value))
    if (before[id]?.queued === 0) assert.equal(now.checksum, checksum.toString())
  }
})

test('every type arrives as the value of its seed and time', async () => {
  await using connection = await connect()
  const ids = [...points.keys()].filter((id) => /^(Types|State)\//.test(id))
  const watching = await watch(connection, ids)
  await watching.until(() => least(watching) >= 1)
  for (const id of ids) {
    const point = points.get(id)
    const [first] = watching.received.get(id) ?? []
    assert.ok(point && first)
    const plain = (value: Value) => (value instanceof Uint8Array ? Uint8Array.from(value) : value)
    const expected = valueAt(point, seed, sourceMsOf(first))
    const received = modelValueOf(first.value)
    const list = (value: Value) => (Array.isArray(value) ? value.map(plain) : plain(value))
    assert.deepEqual(list(received), list(expected), id)
  }
})

test('reads disturb neither the counts nor the signal', async () => {
  await using connection = await connect()
  const before = await truthOf('Fast/**')
  const nodeId = connection.nodeIdOf('Fast/Group0/Value0')
  for (let i = 0; i < 20; i++) {
    const read = await connection.session.read({ nodeId, attributeId: AttributeIds.Value })
    const point = points.get('Fast/Group0/Value0')
    assert.ok(point && read.statusCode.isGood())
    assert.equal(read.value.value, valueAt(point, seed, sourceMsOf(read)))
  }
  assert.deepEqual(await truthOf('Fast/**'), before)
})

const deadbands: [name: string, id: string, kind: DeadbandType, value: number, least: number][] = [
  ['absolute', 'Fast/Group1/Value1', DeadbandType.Absolute, 1.5, 1.5],
  ['percent', 'Percent/Value', DeadbandType.Percent, 10, 20],
]
for (const [name, id, deadbandType, deadbandValue, leastStep] of deadbands) {
  test(`counts behind an ${name} dead band`, async () => {
    await using connection = await connect()
    const before = (await truthOf(id))[id]?.queued ?? 0
    const filter = new DataChangeFilter({
      trigger: DataChangeTrigger.StatusValue,
      deadbandType,
      deadbandValue,
    })
    const watching = await watch(connection, [id], { filter, samplingInterval: 50 })
    await watching.until(() => least(watching) >= 6)
    await drained(watching)
    const queued = ((await truthOf(id))[id]?.queued ?? 0) - before
    await control('DELETE', '/faults')
    const values = (watching.received.get(id) ?? []).flatMap(({ statusCode, value }) =>
      statusCode.isGood() ? [Number(value.value)] : [],
    )
    assert.equal(watching.received.get(id)?.length, queued)
    values.slice(1).forEach((value, i) => {
      assert.ok(Math.abs(value - (values[i] ?? 0)) > leastStep)
    })
  })
}

test('what a full queue pushes out is counted and taken out of the checksum', async () => {
  await using connection = await connect()
  const id = 'Fast/Group2/Value2'
  const before = (await truthOf(id))[id]
  const watching = await watch(connection, [id], {
    publishingInterval: 500,
    samplingInterval: 50,
    queueSize: 2,
  })
  await watching.until(() => least(watching) >= 6)
  await drained(watching)
  const after = (await truthOf(id))[id]
  await control('DELETE', '/faults')
  assert.ok(before && after)
  const discarded = after.discarded - before.discarded
  const received = watching.received.get(id) ?? []
  assert.ok(discarded > 0)
  assert.equal(after.queued - before.queued - discarded, received.length)
  assert.ok(received.some(({ statusCode }) => statusCode.hasOverflowBit))
})

test('what a session takes with it when it ends is counted, so nothing seems to wait', async () => {
  const id = 'Fast/Group4/Value4'
  const waiting = async (): Promise<number> => {
    const { [id]: of } = await truthOf(id)
    assert.ok(of)
    return of.queued + of.repeated - of.discarded - of.published - of.ended
  }
  const before = (await truthOf(id))[id]
  {
    await using connection = await connect()
    await watch(connection, [id], { publishingInterval: 5000, samplingInterval: 50, queueSize: 99 })
    while ((await waiting()) <= 3) await delay(50)
  }
  while ((await waiting()) > 0) await delay(50)
  const after = (await truthOf(id))[id]
  assert.ok(before && after)
  assert.ok(after.ended - before.ended > 3)
})

test('the same tick for two clients is one sample and a repetition', async () => {
  await using one = await connect()
  await using two = await connect()
  const id = 'Fast/Group3/Value3'
  const before = (await truthOf(id))[id]
  const watches = [await watch(one, [id]), await watch(two, [id])]
  for (const watching of watches) await watching.until(() => least(watching) >= 8)
  for (const watching of watches) await drained(watching)
  const after = (await truthOf(id))[id]
  await control('DELETE', '/faults')
  assert.ok(before && after)
  const received = watches.flatMap((watching) => watching.received.get(id) ?? [])
  assert.equal(after.queued - before.queued, new Set(received.map(sourceMsOf)).size)
  assert.equal(after.queued + after.repeated - before.queued - before.repeated, received.length)
})
