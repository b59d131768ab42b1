import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDuckdb } from '@mla/archive/duckdb'
import { monDerived, monSamples } from '@mla/bus'
import { createMemoryBus, type MemoryBus } from '@mla/bus/memory'
import { buildCdb, type Cdb } from '@mla/cdb'
import { createHealth, createMetrics, type Life, silentLog } from '@mla/kit'
import type { Sample, SampleBatch } from '@mla/model'
import { runDispatcher } from './index.ts'

const second = 1_000_000
const start = 1_795_176_000 * second
const within = { timeout: 20_000 }

function cdbOf(points: string): Cdb {
  const file = (name: 'sources' | 'archive-classes', text: string) => ({
    ...{ file: `${name}.yaml`, kind: name, name, text },
  })
  const result = buildCdb(
    [
      file('sources', "sources: {s: {endpoint: 'opc.tcp://h:1/', lanes: [3, 5]}}"),
      file('archive-classes', 'archiveClasses: {standard: {retentionDays: 10}}'),
      { file: 'points/p.yaml', kind: 'points', name: 'p', text: points },
    ],
    {},
  )
  assert.ok(result.ok, JSON.stringify(!result.ok && result.problems))
  return result.cdb
}

const cdb = cdbOf(`
source: s
defaults: {type: double}
points:
  A/X: {nodeId: nsu=u;s=x, unit: kW}
  A/Y: {nodeId: nsu=u;s=y, unit: W}
  A/Mean: {unit: kW, derived: {window: {of: X, every: 10s, give: mean}}}
  A/Sum: {unit: W, derived: {expression: x + y, of: {x: X, y: Y}}}
  A/High: {type: boolean, derived: {compare: {of: Mean, above: 100}}}
`)

const sample = (point: string, seconds: number, value: number): Sample => ({
  ...{ point, sourceTime: start + seconds * second, serverTime: null, text: null },
  ...{ collectedTime: start + seconds * second + 5000, type: 'double', value, status: 0 },
})
const batch = (lane: number, sequence: number, samples: readonly Sample[]): SampleBatch => ({
  ...{ collector: 'collector', epoch: start, sequence, source: 's', lane: `s.${lane}`, samples },
})
/** Ten seconds of both points: X counts up, Y stays 500. */
const send = (bus: MemoryBus, sequence: number) =>
  bus.publish(
    monSamples,
    ['A/X', 'A/Y'].map((point, lane) => {
      const samples = Array.from({ length: 10 }, (_, i) => {
        const seconds = sequence * 10 + i
        return sample(point, seconds, lane === 0 ? seconds : 500)
      })
      const record = batch(lane, sequence, samples)
      return { key: record.lane, partition: lane === 0 ? 3 : 5, record }
    }),
  )

function begin(bus: MemoryBus, archive: Awaited<ReturnType<typeof openDuckdb>>) {
  const stopping = new AbortController()
  const life: Life = {
    name: 'mon-dispatcher',
    instance: 'test',
    log: silentLog,
    metrics: createMetrics('mon-dispatcher'),
    health: createHealth(),
    signal: stopping.signal,
  }
  const running = runDispatcher({ bus, archive, configuration: () => cdb }, life)
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

const shown = (bus: MemoryBus): string[] =>
  bus
    .messages('mon.derived')
    .flatMap(({ bytes }) => monDerived.decode(bytes).samples)
    .filter(({ point }) => point !== 'A/Sum')
    .map(
      ({ point, sourceTime, value }) => `${point} ${((sourceTime ?? 0) - start) / second} ${value}`,
    )
    .sort()

test('derived points are sent, archived, and go on where a predecessor ended', within, async () => {
  await using bus = createMemoryBus()
  const rules = { maxRows: 0, maxWaitMs: 0 }
  await using archive = await openDuckdb(
    { path: ':memory:' },
    { classes: [], classOf: () => 'standard', rules },
  )
  const until = async (isSo: () => boolean | Promise<boolean>) => {
    while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve))
  }
  const first = begin(bus, archive)
  await send(bus, 0)
  await send(bus, 1)
  await send(bus, 2)
  await until(() => shown(bus).includes('A/Mean 20 14.5'))
  await first.stop()

  const next = begin(bus, archive)
  await send(bus, 3)
  await send(bus, 4)
  await until(() => shown(bus).includes('A/Mean 40 34.5'))
  await until(async () => (await archive.latest(['A/Mean'])).size > 0)
  await next.stop()
  assert.deepEqual(
    shown(bus).filter((text) => text.startsWith('A/Mean')),
    ['A/Mean 10 4.5', 'A/Mean 20 14.5', 'A/Mean 30 24.5', 'A/Mean 40 34.5'],
  )
  const sums = bus
    .messages('mon.derived')
    .flatMap(({ bytes }) => monDerived.decode(bytes).samples)
    .filter(({ point }) => point === 'A/Sum')
  assert.equal(sums[3]?.value, 3500)
  const history = await archive.history({
    ...{ point: 'A/Mean', from: start, to: start + 100 * second, maxPoints: 100 },
  })
  assert.ok((history.samples?.length ?? 0) >= 3)
})
