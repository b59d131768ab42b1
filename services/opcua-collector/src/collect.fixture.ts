import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bus, monSamples } from '@mla/bus'
import { createMemoryBus } from '@mla/bus/memory'
import type { Cdb } from '@mla/cdb'
import { createHealth, createMetrics, createRegistry, type Life, silentLog } from '@mla/kit'
import { isGapMarker, MlaError, type SampleBatch } from '@mla/model'
import { type CollectorFigures, runCollector } from './collect.ts'
import { cdbStream, fakeLinks, someTime } from './collector.fake-link.ts'
import { collectorEnv, settingsOf } from './config.ts'

/** The collectors' clock, in microseconds, which only a test moves. */
let clock = someTime + 1000
export const now = () => clock
export const advanceClock = (by: number): void => {
  clock += by
}

/** A collector on a memory bus whose publish a test may break. */
export async function collecting(first: Cdb, folder: string, env: Record<string, string> = {}) {
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

/** Work in a new folder, from the start of the clock; a collector that it leaves behind is stopped. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  clock = someTime + 1000
  const folder = await mkdtemp(join(tmpdir(), 'mla-collector-'))
  try {
    await work(folder)
  } finally {
    for (const stop of running) stop.abort('test failed')
    await rm(folder, { recursive: true, force: true })
  }
}

export const samplesOf = (batches: readonly SampleBatch[]) =>
  batches.flatMap(({ samples }) => samples)
export const said = (batches: readonly SampleBatch[]) =>
  samplesOf(batches).map((one) => `${one.point} ${isGapMarker(one) ? 'gap' : one.value}`)
