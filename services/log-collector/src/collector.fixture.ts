import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Bus, logRecords } from '@mla/bus'
import { createMemoryBus } from '@mla/bus/memory'
import { buildCdb, type LoadResult } from '@mla/cdb'
import { createHealth, createMetrics, type Life, silentLog } from '@mla/kit'
import { createRedelivery, type LogRecord } from '@mla/model'
import { collectLogs, type LogCollectorFigures } from './collect-logs.ts'
import type { LogCollectorSettings } from './config.ts'

/** A configuration with this text in `logs/site.yaml`. */
export function cdbOf(yaml: string): LoadResult {
  const classes = 'archiveClasses: {standard: {retentionDays: 1}}'
  return buildCdb(
    [
      {
        file: 'archive-classes.yaml',
        kind: 'archive-classes',
        name: 'archive-classes',
        text: classes,
      },
      { file: 'logs/site.yaml', kind: 'logs', name: 'site', text: yaml },
    ],
    {},
  )
}

export interface Collecting extends AsyncDisposable {
  readonly life: Life
  readonly folder: string
  figures(): LogCollectorFigures
  /** Puts another configuration in force. */
  configure(yaml: string): void
  /** The port of the nth address of a source. */
  portOf(source: string, n?: number): Promise<number>
  /** The sum of a counter, of the series whose labels hold this text. */
  count(metric: string, labels?: string): Promise<number>
  /** Stops it as a service is stopped. */
  stop(): Promise<void>
}

export const settings: Omit<LogCollectorSettings, 'dataFolder'> = {
  collector: 'test',
  sources: null,
  queueBytes: 8 * 1024 * 1024,
  spoolBytes: 64 * 1024 * 1024,
  spoolAfterMs: 2_000,
  batchMs: 10,
  batchBytes: 256 * 1024,
  pollMs: 20,
  flushMs: 2_000,
}

/** A collector at work on a bus, with a folder of its own unless one is given. */
export async function collecting(
  yaml: string,
  bus: Pick<Bus, 'publish' | 'createTopics' | 'follow'>,
  changed: Partial<LogCollectorSettings> = {},
): Promise<Collecting> {
  const folder = changed.dataFolder ?? (await temporaryFolder())
  const stop = new AbortController()
  const life: Life = {
    name: 'log-collector',
    instance: 'log-collector@test:1',
    log: silentLog,
    metrics: createMetrics('log-collector'),
    health: createHealth(),
    signal: stop.signal,
  }
  const versions = [cdbOf(yaml)]
  let bell = Promise.withResolvers<void>()
  async function* cdb(): AsyncIterable<LoadResult> {
    stop.signal.addEventListener('abort', () => bell.resolve())
    while (!stop.signal.aborted) {
      const version = versions.shift()
      if (version) yield version
      else {
        await bell.promise
        bell = Promise.withResolvers()
      }
    }
  }
  let figures: (() => LogCollectorFigures) | null = null
  const parts = { bus, cdb: cdb(), settings: { ...settings, dataFolder: folder, ...changed } }
  const running = collectLogs({ ...parts, onStart: (given) => (figures = given) }, life)
  const now = (): LogCollectorFigures => {
    if (figures === null) throw new Error('the collector has not started')
    return figures()
  }
  const result: Collecting = {
    life,
    folder,
    figures: now,
    configure(text) {
      versions.push(cdbOf(text))
      bell.resolve()
    },
    async portOf(source, n = 0) {
      const find = () =>
        figures === null ? undefined : now().sources.find(({ id }) => id === source)?.addresses[n]
      await Promise.race([until(() => find() !== undefined), running])
      return find()?.port ?? 0
    },
    async count(metric, labels = '') {
      const text = await life.metrics.registry.metrics()
      return text
        .split('\n')
        .filter((line) => line.startsWith(`${metric}{`) && line.includes(labels))
        .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
    },
    async stop() {
      stop.abort()
      await running
    },
    async [Symbol.asyncDispose]() {
      await result.stop()
      if (changed.dataFolder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
  return result
}

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'mla-logs-'))

/** A memory bus, what came on it so far, without redelivered batches, and a way to be away. */
export function openBus() {
  const bus = createMemoryBus({ maxTopicBytes: 1024 * 1024 * 1024 })
  const stop = new AbortController()
  const records: LogRecord[] = []
  let redelivered = 0
  let away: Error | null = null
  let isSlow: Promise<void> | null = null
  const cameBefore = createRedelivery()
  const reading = (async () => {
    for await (const one of bus.follow(logRecords, 0, stop.signal)) {
      if (one.kind !== 'batch') continue
      for (const { record } of one.messages) {
        if (cameBefore(record)) redelivered++
        else records.push(...record.records)
      }
    }
  })()
  return {
    records,
    publish: (async (topic, outgoing) => {
      if (away) throw away
      await isSlow
      await bus.publish(topic, outgoing)
    }) as Bus['publish'],
    createTopics: bus.createTopics,
    follow: bus.follow,
    away(error: Error | null) {
      away = error
    },
    /** Publishing waits until this resolves. */
    slow(until: Promise<void> | null) {
      isSlow = until
    },
    get redelivered() {
      return redelivered
    },
    /** Resolves with so many records, when they have come. */
    async have(count: number): Promise<readonly LogRecord[]> {
      await until(() => records.length >= count)
      return records
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await reading
      await bus[Symbol.asyncDispose]()
    },
  }
}

/** Looks until it is so; the test's own limit is what ends it else. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(5)
}

/** Sends bytes over a connection and ends it. */
export async function send(
  port: number,
  ...parts: readonly (string | Uint8Array)[]
): Promise<void> {
  const socket = await dial(port)
  for (const part of parts) await write(socket, part)
  await new Promise<void>((done) => socket.end(done))
}

export const dial = (port: number): Promise<Socket> =>
  new Promise((done, failed) => {
    const socket = connect(port, '127.0.0.1', () => done(socket))
    socket.once('error', failed)
  })

export const write = (socket: Socket, part: string | Uint8Array): Promise<void> =>
  new Promise((done, failed) => socket.write(part, (error) => (error ? failed(error) : done())))
