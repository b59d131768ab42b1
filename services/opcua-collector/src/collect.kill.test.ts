import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { monSamples } from '@mla/bus'
import { createMemoryBus } from '@mla/bus/memory'
import { createHealth, createMetrics, createRegistry, silentLog } from '@mla/kit'
import { isGapMarker, type Sample, timeOf } from '@mla/model'
import { runCollector } from './collect.ts'
import { cdbOf, cdbStream, fakeLinks, point, source, value } from './collector.fake-link.ts'
import { collectorEnv, settingsOf } from './config.ts'

test('a killed collector leaves its spool, from which the next one goes on and marks the gap', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mla-kill-'))
  try {
    await killOneIn(folder, 15_000)
    await killOneIn(folder, 25_000)
    const samples = await drained(folder)
    const values = samples.filter((one) => !isGapMarker(one)).map((one) => one.value)
    // Each life counts from 0, without a hole as far as it came, and ends in a marker.
    const lives = samples.flatMap((one, i) => (isGapMarker(one) ? [i] : []))
    assert.equal(lives.length, 2)
    const [first = 0, second = 0] = lives
    assert.ok(first > 10 && second - first > 10)
    const counts = (length: number) => Array.from({ length }, (_, i) => i)
    assert.deepEqual(values, [...counts(first), ...counts(second - first - 1), 'new'])
    const times = samples.map(timeOf)
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

async function killOneIn(folder: string, spoolBytes: number): Promise<void> {
  const child = fork(join(import.meta.dirname, 'collect.kill-child.ts'), [folder])
  try {
    await new Promise<void>((done, failed) => {
      child.on('message', (bytes) => {
        if (Number(bytes) > spoolBytes) done()
      })
      child.on('exit', () => failed(new Error('the collector ended by itself')))
    })
  } finally {
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
}

/** What a collector with a bus finds in the folder, and one value of its own. */
async function drained(folder: string): Promise<readonly Sample[]> {
  const bus = createMemoryBus()
  const stop = new AbortController()
  const cdb = cdbStream()
  cdb.push(cdbOf('a', [source('Tel01')], [point('Tel01/A')]))
  const { openLink, nth } = fakeLinks()
  const settings = settingsOf(collectorEnv.parse({ MLA_DATA: folder }), 'test')
  const done = runCollector(
    { bus, cdb, openLink, settings },
    {
      name: 'opcua-collector',
      instance: 'test',
      log: silentLog,
      metrics: createMetrics('opcua-collector', createRegistry()),
      health: createHealth(),
      signal: stop.signal,
    },
  )
  const { events } = await nth(1)
  const time = Date.now() * 1000
  events.values([value('Tel01/A', { type: 'string', value: 'new', sourceTime: time })], time)
  const samples = (): Sample[] =>
    bus.messages('mon.samples').flatMap(({ bytes }) => monSamples.decode(bytes).samples)
  const reading = new AbortController()
  for await (const _ of bus.follow(monSamples, 0, reading.signal)) {
    if (samples().some((sample) => sample.value === 'new')) reading.abort()
  }
  const found = samples()
  stop.abort('test')
  await done
  return found
}
