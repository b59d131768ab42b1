import assert from 'node:assert/strict'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { monSamples } from '@mla/bus'
import { isGapMarker, MlaError } from '@mla/model'
import { advanceClock, collecting, inFolder, now, said, samplesOf } from './collect.fixture.ts'
import { cdbOf, point, someTime, source, value } from './collector.fake-link.ts'

test('with the bus away batches go to the disk, and come in order when it is back', () =>
  inFolder(async (folder) => {
    const collector = await collecting(cdbOf('a', [source('Tel01')], [point('Tel01/A')]), folder)
    const { events } = await collector.nth(1)
    const send = (from: number, to: number): void => {
      for (let i = from; i < to; i++) {
        events.values([value('Tel01/A', { value: i, sourceTime: someTime + i })], now())
      }
    }
    send(0, 10)
    await collector.until((all) => samplesOf(all).length === 10)
    const tries = Promise.withResolvers<void>()
    let failures = 0
    collector.broken.how = () => {
      if (++failures > 3) tries.resolve()
      return new MlaError('BUS_UNAVAILABLE', 'test')
    }
    send(10, 500)
    await tries.promise
    assert.ok(collector.figures().spoolBytes > 0)
    assert.equal(collector.figures().isBusAway, true)
    send(500, 600)
    collector.broken.how = null
    await collector.until((all) => samplesOf(all).length >= 600)
    send(600, 700)
    await collector.stop()
    const values = samplesOf(collector.batches()).filter((one) => !isGapMarker(one))
    assert.deepEqual(
      values.map((one) => one.value),
      Array.from({ length: 700 }, (_, i) => i),
    )
    assert.deepEqual(
      collector.batches().map((batch) => batch.sequence),
      Array.from({ length: 701 }, (_, i) => i),
    )
  }))

test('a publish with an unknown outcome is repeated with the same numbers', () =>
  inFolder(async (folder) => {
    const collector = await collecting(cdbOf('a', [source('Tel01')], [point('Tel01/A')]), folder)
    const { events } = await collector.nth(1)
    collector.broken.afterwards = () => {
      collector.broken.afterwards = null
      return new MlaError('BUS_UNAVAILABLE', 'no answer in time')
    }
    events.values([value('Tel01/A')], now())
    await collector.until((all) => all.length === 2)
    assert.deepEqual(
      collector.batches().map(({ sequence }) => sequence),
      [0, 0],
    )
    await collector.stop()
  }))

test('what a stopped collector could not send, the next one sends first', () =>
  inFolder(async (folder) => {
    const cdb = cdbOf('a', [source('Tel01')], [point('Tel01/A')])
    const before = await collecting(cdb, folder)
    const first = await before.nth(1)
    before.broken.how = () => new MlaError('BUS_UNAVAILABLE', 'test')
    first.events.values([value('Tel01/A', { value: 1 })], now())
    first.events.values([value('Tel01/A', { value: 2, sourceTime: someTime + 2 })], now())
    await before.stop()
    assert.deepEqual(before.batches(), [])

    const after = await collecting(cdb, folder)
    const second = await after.nth(1)
    second.events.values([value('Tel01/A', { value: 3, sourceTime: now() + 1 })], now())
    await after.until((all) => samplesOf(all).length >= 4)
    assert.deepEqual(said(after.batches()), ['Tel01/A 1', 'Tel01/A 2', 'Tel01/A gap', 'Tel01/A 3'])
    await after.stop()
  }))

test('after a kill the next collector marks the gap behind the last sign of life', () =>
  inFolder(async (folder) => {
    await mkdir(join(folder, 'opcua-collector'), { recursive: true })
    await writeFile(
      join(folder, 'opcua-collector', 'signs-of-life.json'),
      JSON.stringify({ Tel01: { time: someTime - 9_000_000, isMarked: false } }),
    )
    const cdb = cdbOf('a', [source('Tel01')], [point('Tel01/A'), point('Tel01/B')])
    const collector = await collecting(cdb, folder)
    const batches = await collector.until((all) => samplesOf(all).length === 2)
    assert.deepEqual(said(batches), ['Tel01/A gap', 'Tel01/B gap'])
    assert.deepEqual(
      samplesOf(batches).map((one) => one.collectedTime - someTime),
      [-8_500_000, -8_500_000],
    )
    await collector.stop()
    const again = await collecting(cdb, folder)
    await again.nth(1)
    await again.stop()
    assert.deepEqual(again.batches(), [], 'the gap was marked already')
  }))

test('a batch that the bus goes on to refuse is dropped and counted, those around it arrive', () =>
  inFolder(async (folder) => {
    const collector = await collecting(cdbOf('a', [source('Tel01')], [point('Tel01/A')]), folder)
    const { events } = await collector.nth(1)
    collector.broken.refuses = (bytes) => {
      // Whatever is refused was so for long when it is tried again.
      advanceClock(40_000_000)
      return monSamples.decode(bytes).samples[0]?.value === 2
    }
    for (const i of [1, 2, 3]) {
      events.values([value('Tel01/A', { value: i, sourceTime: someTime + i })], now())
    }
    await collector.until((all) => said(all).includes('Tel01/A 3'))
    await collector.stop()
    const seen = new Set(said(collector.batches()))
    assert.deepEqual([...seen], ['Tel01/A 1', 'Tel01/A 3', 'Tel01/A gap'])
    assert.deepEqual(
      (await collector.metric('mla_records_rejected_total'))
        .filter(({ value: count }) => count > 0)
        .map(({ labels, value: count }) => [labels['reason'], count]),
      [['refused by the bus', 1]],
    )
  }))

test('with neither bus nor disk the queue stays in its bound and says what it dropped', () =>
  inFolder(async (folder) => {
    const collector = await collecting(
      cdbOf('a', [source('Tel01')], [point('Tel01/Text', { type: 'string' })]),
      folder,
      { MLA_QUEUE_MB: '8' },
    )
    const { events } = await collector.nth(1)
    // A file where the spool's folder should be.
    await rm(join(folder, 'opcua-collector', 'spool'), { recursive: true, force: true })
    await writeFile(join(folder, 'opcua-collector', 'spool'), '')
    const failing = Promise.withResolvers<void>()
    collector.broken.how = () => {
      failing.resolve()
      return new MlaError('BUS_UNAVAILABLE', 'test')
    }
    const text = 'x'.repeat(100_000)
    for (let i = 0; i < 300; i++) {
      const sourceTime = someTime + i
      events.values([value('Tel01/Text', { type: 'string', value: text, sourceTime })], now())
      assert.ok(collector.figures().queueBytes <= 8 * 1024 * 1024)
    }
    await failing.promise
    collector.broken.how = null
    await collector.until((all) => samplesOf(all).some((one) => one.sourceTime === someTime + 299))
    await collector.stop()
    const samples = samplesOf(collector.batches())
    const kept = samples.filter((one) => !isGapMarker(one))
    const rejected = await collector.metric('mla_records_rejected_total')
    const [dropped] = rejected.filter((one) => one.value > 0)
    assert.equal(dropped?.labels['reason'], 'queue full')
    assert.equal(kept.length + (dropped?.value ?? 0), 300)
    const hole = samples.findIndex(isGapMarker)
    assert.ok(hole >= 0 && hole < samples.length - 1, 'a marker stands where the samples were')
  }))
