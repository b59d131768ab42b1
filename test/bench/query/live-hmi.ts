import type { Archive } from '@mla/archive'
import { monSamples } from '@mla/bus'
import { createMemoryBus } from '@mla/bus/memory'
import { type Cdb, noLogs, type Point } from '@mla/cdb'
import { hmiConfig, runHmi } from '@mla/hmi'
import { createHealth, createMetrics, createRegistry, silentLog } from '@mla/kit'
import { formatTime, type Micros, type PointId } from '@mla/model'
import { createGenerator } from '../ingest/sample-generator.ts'

const points = Array.from({ length: 20_000 }, (_, i) => `Bench/Live/P${i}`)
const tickMs = 100
const valuesPerTick = 2_000

/** An HMI over an archive, into both of which 20,000 values a second go. */
export async function startLiveHmi(archive: Archive, more: readonly PointId[]) {
  const bus = createMemoryBus()
  const stop = new AbortController()
  const life = {
    ...{ name: 'hmi', instance: 'hmi@bench', log: silentLog, signal: stop.signal },
    ...{ metrics: createMetrics('hmi', createRegistry()), health: createHealth() },
  }
  const settings = hmiConfig.parse({ MLA_HTTP_PORT: '0' })
  const started = Promise.withResolvers<number>()
  const cdb = cdbOf([...points, ...more])
  async function* configuration() {
    yield { ok: true as const, cdb, warnings: [] }
  }
  const parts = { bus, archive, cdb: configuration(), settings, listening: started.resolve }
  const running = runHmi(parts, life)
  running.catch(started.reject)
  const url = `http://127.0.0.1:${await started.promise}/graphql`
  while (!life.health.report().ready) await new Promise((resolve) => setImmediate(resolve))

  const generator = createGenerator(points)
  const writer = archive.openWriter()
  let [offset, written] = [0, 0]
  const begun = performance.now()
  let flushing: PromiseWithResolvers<void> | null = null
  async function write(): Promise<void> {
    while (!stop.signal.aborted) {
      const due = ((performance.now() - begun) / tickMs) * valuesPerTick
      const now = Date.now() * 1000
      const batches = generator.batches(Math.min(20_000, Math.floor(due - written)), now)
      await bus.publish(monSamples, batches)
      for (const { record, partition = 0 } of batches) {
        const { samples } = record
        written += samples.length
        await writer.append(partition, [{ offset: offset++, appendTime: now, size: 1, samples }])
      }
      if (flushing) {
        await writer.flush()
        flushing.resolve()
        flushing = null
      }
      await new Promise((resolve) => setTimeout(resolve, tickMs))
    }
  }
  const writing = write()

  async function ask<T>(query: string, variables: object): Promise<{ readonly data: T }> {
    const answer = await fetch(url, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ query, variables }),
    })
    const body = (await answer.json()) as { data: T; errors?: unknown }
    if (body.errors) throw new Error(JSON.stringify(body.errors).slice(0, 500))
    return body
  }
  const latest = () =>
    ask<{ latest: unknown[] }>(
      'query ($points: [ID!]!) { latest(points: $points) { point time value quality } }',
      { points },
    )
  while ((await latest()).data.latest.length < points.length) {
    await new Promise((resolve) => setTimeout(resolve, tickMs))
  }
  return {
    points,
    latest,
    history: (point: PointId, from: Micros, to: Micros) =>
      ask(
        `query ($points: [ID!]!, $from: DateTime!, $to: DateTime!) {
          history(points: $points, from: $from, to: $to) {
            tier buckets { time count min max mean } samples { time value } } }`,
        { points: [point], from: formatTime(from), to: formatTime(to) },
      ),
    /** Makes what was written durable. */
    flush(): Promise<void> {
      flushing ??= Promise.withResolvers<void>()
      return flushing.promise
    },
    rate: () => (written / (performance.now() - begun)) * 1000,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await writing
      await running
      await bus[Symbol.asyncDispose]()
    },
  }
}

const cdbOf = (ids: readonly PointId[]): Cdb => ({
  ...{ version: 'bench', sources: new Map(), components: new Map(), logs: noLogs, alarms: null },
  points: new Map(ids.map((id) => [id, pointOf(id)])),
  archiveClasses: new Map([['standard', { name: 'standard', retentionDays: null }]]),
})

const pointOf = (id: PointId): Point => ({
  ...{ id, description: 'of the benchmark', unit: 'K', type: 'double', source: 'bench' },
  ...{ nodeId: `nsu=urn:bench;s=${id}`, intervalMs: 1000, queueSize: 10, deadband: null },
  ...{ range: null, enumeration: null, archiveClass: 'standard', lane: 0, filter: null },
  ...{ derived: null, signal: null },
})
