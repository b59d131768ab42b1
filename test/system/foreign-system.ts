import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PointId, type Sample, sameValue, type Value } from '@mla/model'
import { sharedCassandra, sharedKafka } from '@mla/stack'
import { createSystem, type System, until } from './system.ts'

/** The path from a server that is not ours to archive and operators; all but the server runs. */
export interface ForeignSystem extends AsyncDisposable {
  readonly system: System
  /** Values that the collector has got, gap markers aside. */
  received(): Promise<number>
  /** Waits until the collector has got so many. */
  receivedAll(count: number): Promise<void>
  /** Stops the services in the order of the data; what the archive then holds, point by point. */
  settle(): Promise<ReadonlyMap<PointId, readonly Sample[]>>
  ask<T>(query: string, variables: object): Promise<T>
}

export interface ForeignSettings {
  readonly endpoint: string
  /** The points of the file, as the configuration database writes them. */
  readonly points: Readonly<Record<string, object>>
}

export async function startForeignSystem(settings: ForeignSettings): Promise<ForeignSystem> {
  const folder = mkdtempSync(join(tmpdir(), 'mla-foreign-'))
  await using undo = new AsyncDisposableStack()
  undo.defer(() => rmSync(folder, { recursive: true, force: true }))
  await writeCdb(folder, settings)
  const system = undo.use(
    await createSystem({
      kafka: await sharedKafka(),
      cassandra: await sharedCassandra(),
      cdbFolder: folder,
      cutSeconds: 5,
    }),
  )
  const began = (Date.now() - 3_600_000) * 1000
  const { collector, dispatcher, hmi } = system
  for (const service of [dispatcher, hmi, collector]) await service.start()
  const received = () => collector.metric('mla_records_received_total')
  const stays = undo.move()

  return {
    system,
    received,
    receivedAll: (count) =>
      until(`the collector to get ${count} values`, async () => (await received()) >= count),
    async settle() {
      await collector.stop()
      let [before, same] = [Number.NaN, 0]
      await until('the dispatcher to read all', async () => {
        const isBehind = (await dispatcher.metric('mla_bus_lag_messages')) > 0
        const now = await dispatcher.metric('mla_records_received_total')
        same = now === before && !isBehind ? same + 1 : 0
        before = now
        return same >= 10
      })
      for (const service of [dispatcher, hmi]) await service.stop()
      await using archive = await system.openArchive()
      const found = new Map<PointId, Sample[]>()
      for (const id of system.cdb.points.keys()) {
        const samples: Sample[] = []
        for await (const page of archive.samples(id, began, Date.now() * 1000)) {
          samples.push(...page)
        }
        found.set(id, samples)
      }
      return found
    },
    async ask<T>(query: string, variables: object) {
      const answer = await fetch(`${system.hmiUrl}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      })
      const { data, errors } = (await answer.json()) as { data: T; errors?: unknown }
      if (errors) throw new Error(JSON.stringify(errors))
      return data
    },
    async [Symbol.asyncDispose]() {
      await stays.disposeAsync()
    },
  }
}

/** JSON is YAML, so the files need no writer of their own. */
async function writeCdb(folder: string, { endpoint, points }: ForeignSettings): Promise<void> {
  const source = {
    ...{ description: 'A server of another maker', endpoint, publishingIntervalMs: 100 },
    ...{ nodeId: 'nsu=urn:mla:test;s={id}', lanes: [1, 2, 3] },
  }
  const files = {
    'sources.json': { sources: { foreign: source } },
    'archive-classes.json': { archiveClasses: { standard: { retentionDays: 30 } } },
    'points/foreign.json': { source: 'foreign', points },
  }
  await mkdir(join(folder, 'points'))
  for (const [file, content] of Object.entries(files)) {
    writeFileSync(join(folder, file), JSON.stringify(content))
  }
}

/** What a sample must be; null is any stamp. */
export interface Written {
  readonly value: Value
  readonly type: Sample['type']
  readonly status: number
  readonly sourceTime: number | null
  readonly text?: string | null
}

/** How a point's samples differ from what was written, in words; null where they do not. */
export function differenceOf(samples: readonly Sample[], written: readonly Written[]) {
  if (samples.length !== written.length) {
    const values = samples.map(({ value, status }) => `${show(value)} (${status.toString(16)})`)
    return `${written.length} written, in the archive ${samples.length}: ${values.join(', ')}`
  }
  for (const [i, want] of written.entries()) {
    const got = samples[i]
    const isSame =
      got !== undefined &&
      sameValue(got.value, want.value) &&
      got.type === want.type &&
      got.status === want.status &&
      got.text === (want.text ?? null) &&
      (want.sourceTime === null || got.sourceTime === want.sourceTime)
    if (!isSame) return `sample ${i}: wanted ${show(want)}, got ${show(got)}`
  }
  return null
}

const show = (what: unknown): string =>
  JSON.stringify(what, (_, value: unknown) =>
    typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))
      ? String(value)
      : value,
  ) ?? 'nothing'
