import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { monSamples } from '@mla/bus'
import { createMemoryBus } from '@mla/bus/memory'
import { createHealth, createMetrics, createRegistry, silentLog } from '@mla/kit'
import { isGapMarker, type Micros, type Sample, timeOf } from '@mla/model'
import { openServerLink } from '@mla/opcua'
import { freePort, startAsyncua } from '@mla/opcua-servers'
import { runCollector } from './collect.ts'
import { cdbOf, cdbStream, point, source } from './collector.fake-link.ts'
import { collectorEnv, settingsOf } from './config.ts'

const nodeOf = (path: string) => ({ nodeId: `nsu=urn:mla:test;s=${path}`, intervalMs: 100 })

async function collecting(folder: string) {
  const bus = createMemoryBus()
  const stop = new AbortController()
  const cdb = cdbStream()
  const done = runCollector(
    {
      bus,
      cdb,
      openLink: openServerLink,
      settings: settingsOf(
        collectorEnv.parse({ MLA_DATA: folder, MLA_OPCUA_SILENCE_MS: '1000' }),
        'test',
      ),
    },
    {
      name: 'opcua-collector',
      instance: 'test',
      log: silentLog,
      metrics: createMetrics('opcua-collector', createRegistry()),
      health: createHealth(),
      signal: stop.signal,
    },
  )
  const samples = (id: string): Sample[] =>
    bus
      .messages('mon.samples')
      .flatMap(({ bytes }) => monSamples.decode(bytes).samples)
      .filter((sample) => sample.point === id)
  return {
    cdb,
    samples,
    /** Reads the bus until it has what is wanted of a point. */
    async until(id: string, isSo: (samples: readonly Sample[]) => boolean): Promise<Sample[]> {
      const reading = new AbortController()
      for await (const _ of bus.follow(monSamples, 0, reading.signal)) {
        if (isSo(samples(id))) reading.abort()
      }
      return samples(id)
    },
    async stop() {
      stop.abort('test')
      await done
    },
  }
}

test('values of an asyncua server arrive as declared, a mismatch as BAD, through its restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mla-collector-'))
  const port = await freePort()
  const fill = async (server: Awaited<ReturnType<typeof startAsyncua>>) => {
    await server.add('Mount/Azimuth', 'Double', '1.5')
    await server.add('Mount/Mode', 'Int32', '2')
    await server.add('Mount/Counts', 'Int64[]', '1|9007199254740993')
    await server.add('Mount/Wrong', 'String', 'not a number')
  }
  let server = await startAsyncua({ port })
  await fill(server)
  const collector = await collecting(folder)
  try {
    const id = (name: string) => `Tel01/Mount/${name}`
    const enumeration = new Map([[2, 'TRACKING']])
    collector.cdb.push(
      cdbOf(
        'a',
        [source('Tel01', { endpoint: server.endpoint, publishingIntervalMs: 100 })],
        [
          point(id('Azimuth'), nodeOf('Mount/Azimuth')),
          point(id('Mode'), { ...nodeOf('Mount/Mode'), type: 'enum', enumeration }),
          point(id('Counts'), { ...nodeOf('Mount/Counts'), type: 'int64[]' }),
          point(id('Wrong'), nodeOf('Mount/Wrong')),
        ],
      ),
    )
    const [azimuth] = await collector.until(id('Azimuth'), (all) => all.length > 0)
    const [mode] = await collector.until(id('Mode'), (all) => all.length > 0)
    const [counts] = await collector.until(id('Counts'), (all) => all.length > 0)
    const [wrong] = await collector.until(id('Wrong'), (all) => all.length > 0)
    assert.deepEqual([azimuth?.type, azimuth?.value, azimuth?.status], ['double', 1.5, 0])
    assert.deepEqual([mode?.type, mode?.value, mode?.text], ['enum', 2, 'TRACKING'])
    assert.deepEqual([counts?.type, counts?.value], ['int64[]', [1, 9007199254740993n]])
    assert.deepEqual(
      [wrong?.type, wrong?.value, wrong?.status],
      ['string', 'not a number', 0x80740000],
    )

    await server.kill()
    await collector.until(id('Azimuth'), (all) => all.some(isGapMarker))
    server = await startAsyncua({ port })
    await fill(server)
    await collector.until(id('Azimuth'), (all) => all.findLastIndex(isGapMarker) < all.length - 1)
    await server.write('Mount/Azimuth', 'Double', '2.5')
    await collector.until(id('Azimuth'), (all) => all.at(-1)?.value === 2.5)
  } finally {
    await collector.stop()
    await server.kill()
    await rm(folder, { recursive: true, force: true })
  }
  const story = collector.samples('Tel01/Mount/Azimuth')
  assert.deepEqual(
    story.map((sample) => (isGapMarker(sample) ? 'gap' : sample.value)),
    [1.5, 'gap', 1.5, 2.5, 'gap'],
  )
  const times: Micros[] = story.map(timeOf)
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
    'history shows the gaps where they were',
  )
})
