import assert from 'node:assert/strict'
import { test } from 'node:test'
import { monSamples } from '@mla/bus'
import { isGapMarker } from '@mla/model'
import { advanceClock, collecting, inFolder, now, said, samplesOf } from './collect.fixture.ts'
import { cdbOf, point, someTime, source, value } from './collector.fake-link.ts'

test('a notification becomes one batch for each lane, numbered, in the partition of the lane', () =>
  inFolder(async (folder) => {
    const cdb = cdbOf(
      'a',
      [source('Tel01', { lanes: [3, 7] })],
      [point('Tel01/A'), point('Tel01/B', { lane: 1 })],
    )
    const collector = await collecting(cdb, folder)
    const link = await collector.nth(1)
    link.events.state({ state: 'connected' })
    link.events.values([value('Tel01/A'), value('Tel01/B', { value: 2 })], now())
    link.events.values([value('Tel01/A', { value: 3, sourceTime: someTime + 1 })], now())
    await collector.until((batches) => samplesOf(batches).length === 3)
    assert.deepEqual(
      collector.inner
        .messages('mon.samples')
        .map(({ key, bytes }) => [key, monSamples.decode(bytes)] as const)
        .map(([key, { lane, sequence, source: of, collector: name, samples }]) =>
          [key, lane, sequence, of, name, samples.map((one) => one.value).join()].join(' '),
        ),
      [
        'Tel01.0 Tel01.0 0 Tel01 opcua-collector@test 1',
        'Tel01.0 Tel01.0 1 Tel01 opcua-collector@test 3',
        'Tel01.1 Tel01.1 0 Tel01 opcua-collector@test 2',
      ],
    )
    await collector.stop()
  }))

test('a stop marks the end of each point that had values, and nothing of it is lost', () =>
  inFolder(async (folder) => {
    const cdb = cdbOf('a', [source('Tel01')], [point('Tel01/A'), point('Tel01/B')])
    const collector = await collecting(cdb, folder)
    const link = await collector.nth(1)
    link.events.values([value('Tel01/A')], now())
    await collector.stop()
    assert.equal(link.isClosed, true)
    assert.deepEqual(said(collector.batches()), ['Tel01/A 1', 'Tel01/A gap'])
  }))

test('a cut marks each point that had a value, once, until it has a value again', () =>
  inFolder(async (folder) => {
    const ids = ['Tel01/A', 'Tel01/B', 'Tel01/Never']
    const cdb = cdbOf(
      'a',
      [source('Tel01')],
      ids.map((id) => point(id)),
    )
    const collector = await collecting(cdb, folder)
    const { events } = await collector.nth(1)
    const cut = { state: 'lost', since: someTime + 10, reason: 'test', keys: 'all' } as const
    events.values([value('Tel01/A'), value('Tel01/B', { sourceTime: someTime + 20 })], now())
    events.state({ ...cut, keys: ['Tel01/A'] })
    events.state(cut)
    events.state(cut)
    events.values([value('Tel01/A', { sourceTime: someTime + 30, value: 2 })], now())
    events.state({ ...cut, since: someTime + 40 })
    await collector.stop()
    assert.deepEqual(said(collector.batches()), [
      'Tel01/A 1',
      'Tel01/B 1',
      'Tel01/A gap',
      'Tel01/B gap',
      'Tel01/A 2',
      'Tel01/A gap',
    ])
    const gaps = samplesOf(collector.batches()).filter(isGapMarker)
    // B's clock was ahead: its marker must not lie before its last value.
    assert.deepEqual(
      gaps.map((one) => one.collectedTime - someTime),
      [10, 21, 40],
    )
  }))

test('a value that did not change through a gap comes again with the time of collection', () =>
  inFolder(async (folder) => {
    const collector = await collecting(cdbOf('a', [source('Tel01')], [point('Tel01/A')]), folder)
    const { events } = await collector.nth(1)
    events.values([value('Tel01/A')], now())
    events.state({ state: 'lost', since: someTime + 10, reason: 'test', keys: 'all' })
    events.values([value('Tel01/A')], someTime + 500)
    events.values([value('Tel01/A')], someTime + 600)
    const batches = await collector.until((all) => samplesOf(all).length >= 5)
    assert.deepEqual(
      samplesOf(batches).map(({ sourceTime, serverTime, collectedTime }) => [
        sourceTime,
        serverTime,
        collectedTime - someTime,
      ]),
      [
        [someTime, someTime, 1000],
        [null, null, 10],
        [someTime, someTime, 500],
        [null, null, 500],
        [someTime, someTime, 600],
      ],
    )
    await collector.stop()
  }))

test('a lane in which nothing comes sends an empty batch now and then', () =>
  inFolder(async (folder) => {
    const cdb = cdbOf('a', [source('Tel01', { lanes: [3, 7] })], [point('Tel01/A')])
    const collector = await collecting(cdb, folder, { MLA_IDLE_BATCH_SECONDS: '10' })
    const { events } = await collector.nth(1)
    events.values([value('Tel01/A')], now())
    const other = setInterval(() => {
      advanceClock(4_000_000)
      events.values([value('Tel01/A', { sourceTime: now() })], now())
    }, 500)
    const batches = await collector.until((all) => all.some(({ samples }) => samples.length === 0))
    clearInterval(other)
    await collector.stop()
    const empty = batches.filter(({ samples }) => samples.length === 0)
    assert.deepEqual(
      empty.map(({ lane, sequence }) => [lane, sequence]),
      [['Tel01.1', 0]],
    )
  }))
