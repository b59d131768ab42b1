import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
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

const now = () => someTime + 1000

/** A collector on a memory bus whose publish a test may break. */
async function collecting(first: Cdb, folder: string, of: { env?: Record<string, string> } = {}) {
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
  const broken: { how: (() => Error | null) | null } = { how: null }
  let published = Promise.withResolvers<void>()
  const bus: Pick<Bus, 'publish' | 'createTopics'> = {
    createTopics: (topics) => inner.createTopics(topics),
    async publish(topic, records) {
      const error = broken.how?.()
      if (error) throw error
      await inner.publish(topic, records)
      published.resolve()
    },
  }
  const cdb = cdbStream()
  cdb.push(first)
  const { openLink, links, nth } = fakeLinks()
  const env = collectorEnv.parse({ MLA_DATA: folder, ...of.env })
  const started = Promise.withResolvers<() => CollectorFigures>()
  const done = runCollector(
    { bus, cdb, openLink, settings: settingsOf(env, life.instance), now, onStart: started.resolve },
    life,
  )
  done.catch(started.reject)
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
      stop.abort('test')
      await done
    },
  }
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mla-collector-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true })
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

void MlaError
