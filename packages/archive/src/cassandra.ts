import type { Log } from '@mla/kit'
import {
  latestOrder,
  type Micros,
  microsPerDay,
  type PointId,
  type Sample,
  timeFlag,
  timeOf,
} from '@mla/model'
import { alarmRetentionDays } from './alarms/alarm-position.ts'
import { openBlock } from './block.ts'
import { countOf, openBlocks } from './block-history.ts'
import { createBlockWriter } from './block-writer.ts'
import { createCassandraAlarmArchive } from './cassandra/alarm-store.ts'
import { type BlockStore, createBlockStore } from './cassandra/block-store.ts'
import { type CassandraSettings, connect } from './cassandra/connect.ts'
import { guard } from './cassandra/failure.ts'
import { eachInFlight } from './cassandra/in-flight.ts'
import { createCassandraLogStore } from './cassandra/log-store.ts'
import { createRollupStore } from './cassandra/rollup-store.ts'
import { secondsOf } from './cassandra/schema.ts'
import { checkSchema, ensureClass, ensureLogRetention } from './cassandra/setup.ts'
import { createLogArchive } from './logs/log-archive.ts'
import { mergeSamples } from './merge.ts'
import { type CutRules, cutRules } from './open-blocks.ts'
import type { Archive, ArchiveClass, ClassOf } from './port.ts'
import { rawBlocks } from './rollup/raw-blocks.ts'
import { createRolledHistory } from './rollup/rolled-history.ts'

export type { CassandraSettings } from './cassandra/connect.ts'
export { cassandraEnv, cassandraSettings } from './cassandra/env.ts'
export { type SetupSettings, setupCassandra } from './cassandra/setup.ts'

export interface CassandraParts {
  readonly classes: readonly ArchiveClass[]
  readonly classOf: ClassOf
  readonly rules?: CutRules
  readonly logRules?: CutRules
}

/**
 * The archive in Cassandra: blocks of some minutes a point, see ARCHITECTURE.md. Throws
 * ARCHIVE_UNAVAILABLE while no node answers or the schema is older than this version needs.
 */
export async function openCassandra(
  settings: CassandraSettings,
  { classes, classOf, rules = cutRules, logRules }: CassandraParts,
  log: Log,
): Promise<Archive> {
  const client = await connect(settings, log)
  try {
    await checkSchema(client, settings.keyspace)
    for (const one of classes) await ensureClass(client, settings.keyspace, one, log)
    await ensureLogRetention(client, settings.keyspace, classes, log)
  } catch (error) {
    await client.shutdown()
    throw error
  }
  const { keyspace } = settings
  const rollups = createRollupStore({ client, keyspace, classes, classOf })
  const store = createBlockStore(client, keyspace, classOf, rollups.stored)
  const byName = new Map(classes.map((one) => [one.name, one]))
  const rolled = createRolledHistory({
    raw: rawBlocks(store),
    rollups,
    classOf: (point) => byName.get(classOf(point)) ?? unknownClass,
    now: () => Date.now() * 1000,
  })

  const logs = createLogArchive(createCassandraLogStore(client, settings.keyspace), logRules)

  const ttl = secondsOf(alarmRetentionDays(classes))

  async function* samples(point: PointId, from: Micros, to: Micros) {
    const days = new Set((await store.days(point, { from, to })).map(({ day }) => day))
    for (const day of [...days].sort((a, b) => a - b)) {
      const start = Math.max(from, day * microsPerDay)
      const end = Math.min(to, (day + 1) * microsPerDay)
      const found = await store.find(point, { from: start, to: end })
      const merged = mergeSamples(await openBlocks(store, point, found))
      yield merged.filter((sample) => timeOf(sample) >= start && timeOf(sample) < end)
    }
  }

  return {
    logs,
    alarms: createCassandraAlarmArchive(client, settings.keyspace, ttl),
    openWriter: () => createBlockWriter(store, rules),
    async latest(points, at = Number.POSITIVE_INFINITY) {
      const found = new Map<PointId, Sample>()
      await eachInFlight(points, 64, async (point) => {
        const sample = await latestOf(store, point, at)
        if (sample) found.set(point, sample)
      })
      return found
    },
    ...rolled,
    rollUp: (now) => rollups.rollUp(store, now),
    samples,
    async *samplesOfMany(points, from, to) {
      for (const point of points) yield* samples(point, from, to)
    },
    count: (point, from, to) => countOf(store, point, { from, to }),
    /** Rows carry their time to live. */
    async expire() {},
    async ping() {
      await guard(client.execute('SELECT key FROM system.local'), 'asking Cassandra')
    },
    async [Symbol.asyncDispose]() {
      await client.shutdown()
    },
  }
}

/** A point whose class nobody knows any more. */
const unknownClass = { retentionDays: null, rollups: [] }

/** Days are tried from the newest on, past those that only a stamp from the future made. */
async function latestOf(store: BlockStore, point: PointId, at: Micros): Promise<Sample | null> {
  let best: Sample | null = null
  for (const { day, className } of await store.days(point, { from: -(2 ** 53), to: at })) {
    for (const block of await store.lastOf(point, day, className, at)) {
      if (block.data === null) continue
      for (const sample of openBlock(point, { ...block, data: block.data })) {
        if (timeOf(sample) > at) continue
        if (best === null || latestOrder(sample) >= latestOrder(best)) best = sample
      }
    }
    if (best !== null && timeFlag(best) !== 'future') return best
  }
  return best
}
