import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { MlaError } from '@mla/model'
import { collecting, inFolder, now, said, samplesOf } from './collect.fixture.ts'
import { cdbOf, point, someTime, source, value } from './collector.fake-link.ts'
import { queueSizeFor } from './hand-over.ts'

const [a, b] = [point('Tel01/A'), point('Tel01/B')]
const cdb = cdbOf('a', [source('Tel01')], [a, b])

const handOver = {
  ...{ serverStart: someTime / 1000, namespaces: ['urn:test'] },
  subscriptions: [
    {
      ...{ id: 7, samplingIntervalMs: 1000, keepAliveMs: 3000 },
      items: [
        {
          ...{ clientHandle: 1, monitoredItemId: 11 },
          node: {
            ...{ key: a.id, nodeId: a.nodeId, samplingIntervalMs: 1000, queueSize: 60 },
            deadband: null,
          },
        },
      ],
    },
  ],
}

/** A collector that has a value of each point and tells of its subscription of one; then SIGTERM. */
async function handsOver(folder: string): Promise<void> {
  const before = await collecting(cdb, folder)
  const link = await before.nth(1)
  assert.equal(link.settings.inheritance, null)
  link.handOver = handOver
  link.events.handOverChanged?.()
  link.events.values([value(a.id), value(b.id)], now())
  await before.until((all) => samplesOf(all).length === 2)
  await before.stop('SIGTERM')
  assert.deepEqual([link.isLeft, link.isClosed], [true, false])
  assert.deepEqual(said(before.batches()), ['Tel01/A 1', 'Tel01/B 1'], 'no end is marked')
}

test('a collector that is replaced leaves its subscriptions, and the next goes on with them', () =>
  inFolder(async (folder) => {
    await handsOver(folder)
    const after = await collecting(cdb, folder)
    const link = await after.nth(1)
    assert.deepEqual(link.settings.inheritance?.handOver, handOver)
    assert.equal(link.settings.inheritance?.isLost, false)
    link.events.state({ state: 'connected' })
    link.events.values([value(a.id, { value: 2, sourceTime: someTime + 1 })], now())
    await after.until((all) => said(all).includes('Tel01/A 2'))
    assert.deepEqual(said(after.batches()), ['Tel01/B gap', 'Tel01/A 2'], 'only B had no heir')
    await after.stop()
    assert.equal(link.isClosed, true, 'stopped by command, nothing is left at the server')
  }))

test('what the server does not hand over is a gap from where the values ended', () =>
  inFolder(async (folder) => {
    await handsOver(folder)
    const after = await collecting(cdb, folder)
    const link = await after.nth(1)
    const since = link.settings.inheritance?.since ?? 0
    link.events.state({ state: 'lost', since, reason: 'made anew', keys: 'all' })
    const batches = await after.until((all) => said(all).includes('Tel01/A gap'))
    const [, marker] = samplesOf(batches)
    assert.equal(marker?.collectedTime, since)
    assert.deepEqual(
      (await after.metric('mla_gap_markers_total'))
        .filter(({ value: count }) => count > 0)
        .map(({ labels, value: count }) => [labels['reason'], count]),
      [['restart', 2]],
    )
    await after.stop()
  }))

test('another server is not asked for the subscriptions of the one before', () =>
  inFolder(async (folder) => {
    await handsOver(folder)
    const moved = source('Tel01', { endpoint: 'opc.tcp://elsewhere:4840' })
    const after = await collecting(cdbOf('b', [moved], [a, b]), folder)
    assert.equal((await after.nth(1)).settings.inheritance, null)
    await after.until((all) => samplesOf(all).length === 2)
    assert.deepEqual(said(after.batches()), ['Tel01/A gap', 'Tel01/B gap'])
    await after.stop()
  }))

test('a file that cannot be read is a gap, and no more', () =>
  inFolder(async (folder) => {
    await handsOver(folder)
    const path = join(folder, 'opcua-collector', 'hand-over', 'Tel01.json')
    assert.ok((await readFile(path, 'utf8')).endsWith('\n'))
    await writeFile(path, '{"source":"Tel01"')
    const after = await collecting(cdb, folder)
    assert.equal((await after.nth(1)).settings.inheritance, null)
    await after.until((all) => samplesOf(all).length === 2)
    await after.stop()
  }))

test('with hand-over switched off nothing is kept, and an end is marked', () =>
  inFolder(async (folder) => {
    const collector = await collecting(cdb, folder, { MLA_HAND_OVER_SECONDS: '0' })
    const link = await collector.nth(1)
    link.events.handOverChanged?.()
    assert.equal(link.watched[0]?.[0]?.queueSize, 10)
    link.events.values([value(a.id)], now())
    await collector.stop('SIGTERM')
    assert.equal(link.isClosed, true)
    assert.deepEqual(said(collector.batches()), ['Tel01/A 1', 'Tel01/A gap'])
  }))

test('a message is safe when the bus has all of it, or the disk', () =>
  inFolder(async (folder) => {
    const elsewhere = point('Tel01/Lane', { lane: 1 })
    const two = cdbOf('a', [source('Tel01', { lanes: [3, 4] })], [a, elsewhere])
    const collector = await collecting(two, folder)
    const { events } = await collector.nth(1)
    let safe = 0
    const tell = (): void => void safe++
    events.values([value('Tel01/Unknown')], now(), tell)
    assert.equal(safe, 1, 'there is nothing in it to be kept')
    collector.broken.how = () => new MlaError('BUS_UNAVAILABLE', 'test')
    // Neither bus nor disk: a file is where the spool's folder should be.
    const spool = join(folder, 'opcua-collector', 'spool')
    await rm(spool, { recursive: true, force: true })
    await writeFile(spool, '')
    events.values([value(a.id), value(elsewhere.id)], now(), tell)
    await collector.failed('SPOOL_FAILED')
    assert.equal(safe, 1)
    await rm(spool)
    collector.broken.how = null
    await collector.until((all) => samplesOf(all).length === 2)
    await collector.stop()
    assert.ok(safe > 1)
  }))

test('a queue lasts as long as the hand-over may take, within a bound', () => {
  assert.deepEqual(
    [1000, 100, 10, 60_000, 3_600_000].map((interval) => queueSizeFor(interval, 60_000)),
    [60, 600, 600, 1, 1],
  )
})
