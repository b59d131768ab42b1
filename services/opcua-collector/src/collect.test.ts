import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, test } from 'node:test'
import { type Bus, monSamples } from '@mla/bus'
import { createMemoryBus } from '@mla/bus/memory'
import type { Cdb } from '@mla/cdb'
import { createHealth, createMetrics, createRegistry, type Life, silentLog } from '@mla/kit'
import { isGapMarker, MlaError, type SampleBatch } from '@mla/model'
import { type CollectorFigures, runCollector } from './collect.ts'
import {
  cdbOf,
  cdbStream,
  fakeLinks,
  point,
  someTime,
  source,
  value,
} from './collector.fake-link.ts'
import { collectorEnv, settingsOf } from './config.ts'

/** The collectors' clock, which only a test moves. */
let clock = someTime + 1000
const now = () => clock
beforeEach(() => {
  clock = someTime + 1000
})

/** A collector on a memory bus whose publish a test may break. */
async function collecting(first: Cdb, folder: string, env: Record<string, string> = {}) {
  const inner = createMemoryBus()
  const stop = new AbortController()
  const registry = createRegistry()
  const life: Life = {
    name: 'opcua-collector',
    instance: 'opcua-collector@test:1',
    log: silentLog,
    metrics: createMetrics('opcua-collector', registry),
    health: createHealth(),
    signal: stop.signal,
  }
  const broken: {
    /** Fails before anything is taken. */
    how: (() => Error | null) | null
    /** Fails when all is taken. */
    afterwards: (() => Error | null) | null
    refuses: (bytes: Uint8Array) => boolean
  } = { how: null, afterwards: null, refuses: () => false }
  let published = Promise.withResolvers<void>()
  const bus: Pick<Bus, 'publish' | 'createTopics'> = {
    createTopics: (topics) => inner.createTopics(topics),
    async publish(topic, records) {
      const error = broken.how?.()
      if (error) throw error
      if (records.some(({ record }) => broken.refuses(topic.encode(record)))) {
        throw new MlaError('BUS_REFUSED', 'test')
      }
      await inner.publish(topic, records)
      published.resolve()
      const late = broken.afterwards?.()
      if (late) throw late
    },
  }
  const cdb = cdbStream()
  cdb.push(first)
  const { openLink, links, nth } = fakeLinks()
  const parsed = collectorEnv.parse({ MLA_DATA: folder, ...env })
  const started = Promise.withResolvers<() => CollectorFigures>()
  const done = runCollector(
    {
      bus,
      cdb,
      openLink,
      settings: settingsOf(parsed, life.instance),
      now,
      onStart: started.resolve,
    },
    life,
  )
  done.catch(started.reject)
  running.add(stop)
  const figures = await started.promise
  const batches = (): SampleBatch[] =>
    inner.messages('mon.samples').map(({ bytes }) => monSamples.decode(bytes))
  /** Resolves when what is on the bus is as wanted. */
  async function until(isSo: (batches: readonly SampleBatch[]) => boolean): Promise<SampleBatch[]> {
    for (;;) {
      const all = batches()
      if (isSo(all)) return all
      published = Promise.withResolvers()
      await published.promise
    }
  }
  return {
    inner,
    links,
    nth,
    cdb,
    broken,
    figures,
    life,
    batches,
    until,
    metric: async (name: string) => (await registry.getSingleMetric(name)?.get())?.values ?? [],
    async stop() {
      running.delete(stop)
      stop.abort('test')
      await done
    },
  }
}

/** What is still to be stopped when a test fails. */
const running = new Set<AbortController>()

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mla-collector-'))
  try {
    await work(folder)
  } finally {
    for (const stop of running) stop.abort('test failed')
    await rm(folder, { recursive: true, force: true })
  }
}

const samplesOf = (batches: readonly SampleBatch[]) => batches.flatMap(({ samples }) => samples)
const said = (batches: readonly SampleBatch[]) =>
  samplesOf(batches).map((one) => `${one.point} ${isGapMarker(one) ? 'gap' : one.value}`)

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

test('a new configuration touches only what it changes', () =>
  inFolder(async (folder) => {
    const tel01 = source('Tel01')
    const tel02 = source('Tel02', { lanes: [4] })
    const [a, b] = [point('Tel01/A'), point('Tel01/B')]
    const other = point('Tel02/A', { source: 'Tel02' })
    const collector = await collecting(cdbOf('a', [tel01, tel02], [a, b, other]), folder)
    const [first, second] = [await collector.nth(1), await collector.nth(2)]
    first.events.values([value('Tel01/A'), value('Tel01/B')], now())
    second.events.values([value('Tel02/A')], now())

    const c = point('Tel01/C')
    const moved = source('Tel03', { lanes: [5] })
    collector.cdb.push({
      ok: false,
      problems: [{ file: 'x.yaml', path: '', line: null, message: 'broken', cure: 'mend it' }],
    })
    collector.cdb.push(cdbOf('b', [tel01, tel02, moved], [a, c, other]))
    await collector.nth(3)
    assert.equal(collector.figures().cdbVersion, 'b')
    assert.deepEqual(
      first.watched.map((nodes) => nodes.map((node) => node.key)),
      [
        ['Tel01/A', 'Tel01/B'],
        ['Tel01/A', 'Tel01/C'],
      ],
    )
    assert.equal(second.watched.length, 1)

    collector.cdb.push(
      cdbOf('c', [{ ...tel01, endpoint: 'opc.tcp://elsewhere:4840' }, moved], [a, c]),
    )
    const again = await collector.nth(4)
    assert.deepEqual([first.isClosed, second.isClosed], [true, true])
    assert.equal(again.settings.endpoint, 'opc.tcp://elsewhere:4840')
    await collector.stop()
    assert.deepEqual(said(collector.batches()).sort(), [
      'Tel01/A 1',
      'Tel01/A gap',
      'Tel01/B 1',
      'Tel01/B gap',
      'Tel02/A 1',
      'Tel02/A gap',
    ])
    const refusals = (await collector.metric('mla_errors_total')).map(
      ({ labels, value: count }) => [labels['code'], count],
    )
    assert.deepEqual(refusals, [['CDB_INVALID', 1]])
  }))

test('only the sources of MLA_SOURCES are handled', () =>
  inFolder(async (folder) => {
    const cdb = cdbOf('a', [source('Tel01'), source('Tel02'), source('Tel03')], [])
    const collector = await collecting(cdb, folder, { MLA_SOURCES: 'Tel02, Tel03' })
    await collector.nth(2)
    assert.deepEqual(
      collector.figures().sources.map(({ id }) => id),
      ['Tel02', 'Tel03'],
    )
    await collector.stop()
  }))

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
      clock += 40_000_000
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
      (await collector.metric('mla_records_rejected_total')).map(({ labels, value: count }) => [
        labels['reason'],
        count,
      ]),
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
    const [dropped] = await collector.metric('mla_records_rejected_total')
    assert.equal(dropped?.labels['reason'], 'queue full')
    assert.equal(kept.length + (dropped?.value ?? 0), 300)
    const hole = samples.findIndex(isGapMarker)
    assert.ok(hole >= 0 && hole < samples.length - 1, 'a marker stands where the samples were')
  }))

test('the points that are wrong now are listed, and no longer when they are right', () =>
  inFolder(async (folder) => {
    const cdb = cdbOf('a', [source('Tel01')], [point('Tel01/A'), point('Tel01/B')])
    const collector = await collecting(cdb, folder)
    const { events } = await collector.nth(1)
    events.nodes([
      { key: 'Tel01/B', ok: false, status: 0x80340000, reason: 'BadNodeIdUnknown' },
      { key: 'Tel01/A', ok: true, samplingIntervalMs: 1000, queueSize: 10 },
    ])
    events.values([value('Tel01/A', { type: 'string', value: 'x' })], now())
    const [figures] = collector.figures().sources
    assert.deepEqual(figures?.faulty, [
      { point: 'Tel01/A', reason: 'type mismatch: string instead of double' },
    ])
    assert.deepEqual(figures?.refused, [{ point: 'Tel01/B', reason: 'BadNodeIdUnknown' }])
    events.values([value('Tel01/A', { sourceTime: someTime + 1 })], now())
    assert.deepEqual(collector.figures().sources[0]?.faulty, [])
    await collector.stop()
    assert.deepEqual(
      (await collector.metric('mla_faulty_values_total')).map(({ labels, value: count }) => [
        labels['reason'],
        count,
      ]),
      [['type mismatch', 1]],
    )
  }))

test('a second collector on the same folder is refused', () =>
  inFolder(async (folder) => {
    const collector = await collecting(cdbOf('a', [], []), folder)
    await assert.rejects(collecting(cdbOf('a', [], []), folder), /in use by another collector/)
    await collector.stop()
  }))

test('a lane in which nothing comes sends an empty batch now and then', () =>
  inFolder(async (folder) => {
    const cdb = cdbOf('a', [source('Tel01', { lanes: [3, 7] })], [point('Tel01/A')])
    const collector = await collecting(cdb, folder, { MLA_IDLE_BATCH_SECONDS: '10' })
    const { events } = await collector.nth(1)
    events.values([value('Tel01/A')], now())
    const other = setInterval(() => {
      clock += 4_000_000
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

test('it is ready when the bus has answered and each source was tried, reachable or not', () =>
  inFolder(async (folder) => {
    const cdb = cdbOf('a', [source('Tel01'), source('Tel02')], [])
    const collector = await collecting(cdb, folder)
    const { health } = collector.life
    const [first, second] = [await collector.nth(1), await collector.nth(2)]
    first.events.state({ state: 'connected' })
    await until(() => health.report().parts['opcua-collector'] === 'connecting Tel02')
    assert.equal(health.report().ready, false)
    second.events.state({ state: 'connecting', reason: 'SOURCE_UNAVAILABLE: nobody listens' })
    await until(() => health.report().ready)
    await collector.stop()
  }))

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((done) => setTimeout(done, 20))
}
