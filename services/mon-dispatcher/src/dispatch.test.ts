import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Archive } from '@mla/archive'
import { openDuckdb } from '@mla/archive/duckdb'
import { monSamples } from '@mla/bus'
import { createMemoryBus } from '@mla/bus/memory'
import { createHealth, createMetrics, type Life, silentLog } from '@mla/kit'
import { MlaError, type Sample, type SampleBatch } from '@mla/model'
import { runDispatcher } from './index.ts'

const point = 'Tel01/Mount/Azimuth/Position'
const start = 1_795_176_000_000_000

const sample = (second: number): Sample => ({
  point,
  sourceTime: start + second * 1_000_000,
  serverTime: null,
  collectedTime: start + second * 1_000_000 + 5000,
  type: 'double',
  value: second,
  text: null,
  status: 0,
})

const batch = (sequence: number, seconds: readonly number[]): SampleBatch => ({
  collector: 'collector',
  epoch: start,
  sequence,
  source: 'tel01',
  lane: 'tel01.0',
  samples: seconds.map(sample),
})

const send = (bus: ReturnType<typeof createMemoryBus>, ...batches: SampleBatch[]) =>
  bus.publish(
    monSamples,
    batches.map((record) => ({ key: record.lane, partition: 3, record })),
  )

function begin(): { life: Life; stop: () => void } {
  const stopping = new AbortController()
  const life: Life = {
    name: 'mon-dispatcher',
    instance: 'test',
    log: silentLog,
    metrics: createMetrics('mon-dispatcher'),
    health: createHealth(),
    signal: stopping.signal,
  }
  return { life, stop: () => stopping.abort() }
}

/** An archive in memory that stores each batch at once and tells when it holds so many samples. */
async function openArchive(): Promise<Archive & { holds(count: number): Promise<void> }> {
  const parts = { classes: [], classOf: () => 'standard', rules: { maxRows: 0, maxWaitMs: 0 } }
  const archive = await openDuckdb({ path: ':memory:' }, parts)
  return {
    ...archive,
    async holds(count) {
      while ((await archive.count(point, start, start + 1e12)) < count) {
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}

const within = { timeout: 10_000 }

test('the dispatcher archives what the bus carries and commits it', within, async () => {
  await using bus = createMemoryBus()
  await using archive = await openArchive()
  const first = begin()
  const running = runDispatcher({ bus, archive }, first.life)
  await send(bus, batch(0, [0, 1, 2]), batch(1, [3, 4]))
  await archive.holds(5)
  first.stop()
  await running

  const second = begin()
  const again = runDispatcher({ bus, archive }, second.life)
  await send(bus, batch(2, [5]))
  await archive.holds(6)
  second.stop()
  await again
  const received = await second.life.metrics.registry.getSingleMetricAsString(
    'mla_records_received_total',
  )
  assert.match(received, /\{service="mon-dispatcher"\} 1$/m, 'what was committed came no more')
})

test('the dispatcher knows a batch that comes again', within, async () => {
  await using bus = createMemoryBus()
  await using archive = await openArchive()
  const { life, stop } = begin()
  const running = runDispatcher({ bus, archive }, life)
  await send(bus, batch(0, [0, 1]), batch(0, [0, 1]), batch(1, [2]))
  await archive.holds(3)
  stop()
  await running
  const rejected = await life.metrics.registry.getSingleMetricAsString('mla_records_rejected_total')
  assert.match(rejected, /reason="redelivered".*\} 2$/m)
})

test('the dispatcher waits for an archive that is away, and loses nothing', within, async () => {
  await using bus = createMemoryBus()
  await using archive = await openArchive()
  let failures = 3
  const flaky: Archive = {
    ...archive,
    openWriter() {
      const writer = archive.openWriter()
      return {
        ...writer,
        async append(partition, batches) {
          if (failures-- > 0) throw new MlaError('ARCHIVE_UNAVAILABLE', 'away')
          return writer.append(partition, batches)
        },
      }
    },
  }
  const { life, stop } = begin()
  const running = runDispatcher({ bus, archive: flaky }, life)
  await send(bus, batch(0, [0, 1, 2, 3]))
  await archive.holds(4)
  stop()
  await running
  assert.equal(await archive.count(point, start, start + 1e12), 4)
})

test('the dispatcher passes over a message that it cannot read', within, async () => {
  const letters: string[] = []
  await using bus = createMemoryBus({ onDeadLetter: ({ code }) => letters.push(code) })
  await using archive = await openArchive()
  const { life, stop } = begin()
  const running = runDispatcher({ bus, archive }, life)
  const poison = { ...monSamples, encode: () => new TextEncoder().encode('no Avro') }
  await bus.publish(poison, [{ key: 'x', partition: 3, record: batch(0, []) }])
  await send(bus, batch(0, [0]))
  await archive.holds(1)
  stop()
  await running
  assert.deepEqual(letters, ['DECODE_FAILED'])
})
