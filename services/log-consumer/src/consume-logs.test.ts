import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Archive, LogArchive } from '@mla/archive'
import { openDuckdb } from '@mla/archive/duckdb'
import { logLive, logRecords, monSamples } from '@mla/bus'
import { createMemoryBus, type MemoryBus } from '@mla/bus/memory'
import { type Cdb, type LoadResult, noLogs } from '@mla/cdb'
import { createHealth, createMetrics, type Life, silentLog } from '@mla/kit'
import { type LogBatch, type LogRecord, MlaError, type Priority } from '@mla/model'
import { logConsumerEnv, runLogConsumer } from './index.ts'

const start = 1_795_176_000_000_000
const within = { timeout: 20_000 }

const recordOf = (second: number, priority: Priority = 'INFO', source = 'hosts'): LogRecord => ({
  ...{ time: start + second * 1_000_000, receivedTime: start, priority, source, host: null },
  ...{ process: null, thread: null, file: null, line: null, routine: null, audience: null },
  ...{ message: `second ${second}`, fields: [], raw: null, id: null },
})
const batchOf = (sequence: number, ...records: LogRecord[]): LogBatch => ({
  ...{ collector: 'collector', epoch: start, sequence, lane: 'hosts.0', records },
})
const send = (bus: MemoryBus, ...batches: LogBatch[]) =>
  bus.publish(
    logRecords,
    batches.map((record) => ({ key: record.lane, partition: 3, record })),
  )

const cdbOf = (logs: Partial<Cdb['logs']>): LoadResult => ({
  ok: true,
  warnings: [],
  cdb: {
    ...{ version: 'test', sources: new Map(), points: new Map(), archiveClasses: new Map() },
    ...{ components: new Map(), alarms: null, logs: { ...noLogs, ...logs } },
  },
})

/** Configurations that a test hands out one by one. */
function versions(first: LoadResult) {
  const waiting = [first]
  let wake = () => {}
  return {
    next(result: LoadResult): void {
      waiting.push(result)
      wake()
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        for (let one = waiting.shift(); one; one = waiting.shift()) yield one
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

const openArchive = () =>
  openDuckdb({ path: ':memory:' }, { classes: [], classOf: () => 'standard' })

async function found(logs: LogArchive): Promise<LogRecord[]> {
  const all: LogRecord[] = []
  const range = { from: start, to: start + 1e12, filter: {}, order: 'oldest' as const }
  for await (const page of logs.search(range)) all.push(...page)
  return all
}

async function until<T>(look: () => Promise<T> | T, isGood: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await look()
    if (isGood(value)) return value
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function begin(bus: MemoryBus, archive: Pick<Archive, 'logs' | 'expire'>, cdb = cdbOf({})) {
  const stopping = new AbortController()
  const life: Life = {
    ...{ name: 'log-consumer', instance: 'test', log: silentLog, health: createHealth() },
    ...{ metrics: createMetrics('log-consumer'), signal: stopping.signal },
  }
  const settings = logConsumerEnv.parse({ MLA_LOG_REFRESH_MS: '50' })
  const configurations = versions(cdb)
  const running = runLogConsumer({ bus, archive, cdb: configurations, settings }, life)
  return {
    configurations,
    stop: () => {
      stopping.abort()
      return running
    },
    metric: async (name: string) => {
      const text = await life.metrics.registry.metrics()
      const line = text.split('\n').find((one) => one.startsWith(`${name} `))
      return line === undefined ? null : Number(line.slice(name.length + 1))
    },
  }
}

const liveOf = (bus: MemoryBus): LogRecord[] =>
  bus.messages(logLive.name).flatMap(({ bytes }) => logLive.decode(bytes).records)

test('the consumer archives within moments, commits, and shows each record by its id', async () => {
  await using bus = createMemoryBus()
  await using archive = await openArchive()
  const first = begin(bus, archive)
  await send(bus, batchOf(0, recordOf(0), recordOf(1, 'ERROR')), batchOf(1, recordOf(2)))
  const records = await until(
    () => found(archive.logs),
    ({ length }) => length === 3,
  )
  assert.deepEqual(
    await until(
      () => liveOf(bus),
      ({ length }) => length === 3,
    ),
    records,
  )
  const counter = 'mla_log_records_total{source="hosts",priority="ERROR",service="log-consumer"}'
  assert.equal(await first.metric(counter), 1)
  await first.stop()

  const second = begin(bus, archive)
  await send(bus, batchOf(2, recordOf(3)))
  await until(
    () => found(archive.logs),
    ({ length }) => length === 4,
  )
  await second.stop()
  const received = await second.metric('mla_records_received_total{service="log-consumer"}')
  assert.equal(received, 1, 'what was committed came no more')
})

test('a batch that comes again is neither archived nor shown again', within, async () => {
  await using bus = createMemoryBus()
  await using archive = await openArchive()
  const { stop, metric } = begin(bus, archive)
  await send(bus, batchOf(0, recordOf(0), recordOf(1)), batchOf(0, recordOf(0), recordOf(1)))
  await send(bus, batchOf(1, recordOf(2)))
  await until(
    () => liveOf(bus),
    (all) => all.some(({ message }) => message === 'second 2'),
  )
  await stop()
  assert.equal((await found(archive.logs)).length, 3)
  assert.equal(liveOf(bus).length, 3)
  const name = 'mla_records_rejected_total{reason="redelivered",service="log-consumer"}'
  assert.equal(await metric(name), 2)
})

test('the selection changes while it runs, for archive and live apart', within, async () => {
  await using bus = createMemoryBus()
  await using archive = await openArchive()
  const rule = { sources: ['hosts'], audiences: null }
  const selection = [{ ...rule, archive: 'INFO', live: 'ERROR' }] as const
  const { stop, metric, configurations } = begin(bus, archive, cdbOf({ selection }))
  await send(bus, batchOf(0, recordOf(0, 'DEBUG'), recordOf(1, 'INFO'), recordOf(2, 'ERROR')))
  const records = await until(
    () => found(archive.logs),
    ({ length }) => length === 2,
  )
  assert.deepEqual(
    await until(
      () => liveOf(bus),
      ({ length }) => length === 1,
    ),
    records.slice(1),
  )
  const name = 'mla_records_rejected_total{reason="not archived",service="log-consumer"}'
  assert.equal(await metric(name), 1)
  configurations.next(cdbOf({}))
  await new Promise((resolve) => setImmediate(resolve))
  await send(bus, batchOf(1, recordOf(3, 'TRACE')))
  await until(
    () => liveOf(bus),
    (all) => all.some(({ priority }) => priority === 'TRACE'),
  )
  await stop()
})

test('rates of records come as samples of monitoring points', within, async () => {
  await using bus = createMemoryBus()
  await using archive = await openArchive()
  const rate = {
    ...{ point: 'Array/Logs/ErrorRate', description: null, sources: ['hosts'] },
    ...{ minPriority: 'ERROR' as const, everyMicros: 100_000, archiveClass: 'standard' },
  }
  const { stop } = begin(bus, archive, cdbOf({ rates: [rate] }))
  await send(bus, batchOf(0, recordOf(0, 'ERROR'), recordOf(1), recordOf(2, 'ALERT', 'other')))
  const samples = await until(
    () => bus.messages(monSamples.name).flatMap(({ bytes }) => monSamples.decode(bytes).samples),
    (all) => all.some(({ value }) => Number(value) > 0),
  )
  await stop()
  assert.ok(samples.every(({ point }) => point === 'Array/Logs/ErrorRate'))
  const total = samples.reduce((sum, { value }, i) => {
    const before = samples[i - 1]?.collectedTime
    return before === undefined
      ? sum
      : sum + Number(value) * (1e-6 * ((samples[i]?.collectedTime ?? 0) - before))
  }, 0)
  assert.ok(total <= 1.01, 'one error is counted, and once')
})

test('with the archive away nothing is lost', within, async () => {
  await using bus = createMemoryBus()
  await using archive = await openArchive()
  let failures = 3
  const fail = (): void => {
    if (failures-- > 0) throw new MlaError('ARCHIVE_UNAVAILABLE', 'away')
  }
  const flaky: LogArchive = {
    ...archive.logs,
    openWriter() {
      const writer = archive.logs.openWriter()
      return {
        ...writer,
        async append(partition, batches) {
          fail()
          return writer.append(partition, batches)
        },
      }
    },
  }
  const { stop } = begin(bus, { logs: flaky, expire: archive.expire })
  await send(bus, batchOf(0, recordOf(0), recordOf(1)))
  await until(
    () => found(archive.logs),
    ({ length }) => length === 2,
  )
  await stop()
  assert.equal((await found(archive.logs)).length, 2)
})
