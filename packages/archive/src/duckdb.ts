import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { MlaError, microsPerDay } from '@mla/model'
import { alarmRetentionDays } from './alarms/alarm-position.ts'
import { alarmTables, createDuckdbAlarmArchive } from './duckdb/alarm-store.ts'
import { createDuckdbLogStore, logTables } from './duckdb/log-store.ts'
import { loadPoints } from './duckdb/points.ts'
import { createQueries } from './duckdb/queries.ts'
import { createRollupStore, partsOf, rollupTable } from './duckdb/rollup-store.ts'
import { createRowWriter, type WriteRules } from './duckdb/writer.ts'
import { createLogArchive } from './logs/log-archive.ts'
import { logRetentionDays } from './logs/log-rows.ts'
import type { CutRules } from './open-blocks.ts'
import type { Archive, ArchiveClass, ClassOf } from './port.ts'
import { createRolledHistory } from './rollup/rolled-history.ts'

export interface DuckdbSettings {
  /** The file; `:memory:` keeps nothing. Only one process can have it open. */
  readonly path: string
  readonly memoryLimit?: string
  /** Keeps no class longer than this many days: an embedded archive sits on somebody's disk. */
  readonly maxRetentionDays?: number
}

export interface DuckdbParts {
  readonly classes: readonly ArchiveClass[]
  readonly classOf: ClassOf
  readonly rules?: WriteRules
  readonly logRules?: CutRules
  readonly nowMs?: () => number
}

const schemaVersion = 3
const schema = [
  'CREATE TABLE IF NOT EXISTS schema_version (version INTEGER)',
  'CREATE TABLE IF NOT EXISTS points (id INTEGER, name VARCHAR, class VARCHAR)',
  `CREATE TABLE IF NOT EXISTS samples (point INTEGER, time BIGINT, source_time BIGINT,
    server_time BIGINT, collected_time BIGINT, status UINTEGER, type UTINYINT, number DOUBLE,
    other BLOB, text VARCHAR)`,
  ...logTables,
  ...alarmTables,
  rollupTable,
]

/**
 * The embedded archive: one file, one row a sample. Throws ARCHIVE_REFUSED for a file that is not
 * ours or of a later version, ARCHIVE_UNAVAILABLE for one that another process has open.
 */
export async function openDuckdb(
  { path, memoryLimit = '768MB', maxRetentionDays }: DuckdbSettings,
  parts: DuckdbParts,
): Promise<Archive> {
  const { classes, classOf, rules = { maxRows: 20_000, maxWaitMs: 500 }, nowMs = Date.now } = parts
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
  const instance = await guard(() =>
    DuckDBInstance.create(path, { threads: '2', memory_limit: memoryLimit }),
  )
  const writing = await instance.connect()
  await guard(() => prepare(writing, path))
  const points = await loadPoints(writing, classOf)
  const reading = await instance.connect()
  const queries = createQueries(reading, points)
  // Blocks are written in transactions, which samples on the same connection would be drawn into.
  const writingLogs = await instance.connect()
  const logStore = createDuckdbLogStore(writingLogs, reading, guard)
  const writingAlarms = await instance.connect()
  const alarms = createDuckdbAlarmArchive(writingAlarms, reading, guard)

  // Rolling up takes its time; nobody who asks should wait for it.
  const rolling = await instance.connect()
  const classByName = new Map(
    classes.map((one) => [one.name, { ...one, retentionDays: keptDays(one, maxRetentionDays) }]),
  )
  const classFor = (point: string) => classByName.get(classOf(point)) ?? unknownClass
  const rollups = createRollupStore({
    ...{ reading, rolling, points, guard, classOf: classFor },
    queries: createQueries(rolling, points),
    now: () => nowMs() * 1000,
  })
  const rolled = createRolledHistory({
    raw: queries,
    ...{ rollups, classOf: classFor, now: () => nowMs() * 1000 },
  })

  return {
    logs: createLogArchive(logStore, parts.logRules),
    alarms,
    openWriter: () => createRowWriter(writing, points, guard, rules, nowMs, rollups.changing),
    latest: (wanted, at = Number.POSITIVE_INFINITY) => guard(() => queries.latest(wanted, at)),
    history: (query) => guard(() => rolled.history(query)),
    quantiles: (query) => guard(() => rolled.quantiles(query)),
    rollUp: (now) => guard(() => rollups.rollUp(now)),
    async *samples(point, from, to) {
      for (let start = from; start < to; ) {
        const page = await guard(() => queries.firstPage(point, { from: start, to }))
        if (page === null) return
        yield await guard(() => queries.raw(point, page))
        start = page.to
      }
    },
    async *samplesOfMany(wanted, from, to) {
      const ids = wanted.map((point) => points.idOf(point)).filter((id) => id !== null)
      if (ids.length === 0) return
      const rows = await guard(() => queries.countOfMany(ids, { from, to }))
      for (const part of partsOf({ from, to }, Math.ceil(rows / pageRows))) {
        yield* (await guard(() => queries.ofMany(ids, part))).values()
      }
    },
    count: (point, from, to) => guard(() => queries.count(point, from, to)),
    async expire(now) {
      for (const { name, retentionDays: days } of classByName.values()) {
        if (days === null) continue
        const before = BigInt(Math.floor(now - days * microsPerDay))
        const sql = `DELETE FROM samples WHERE collected_time < $before
          AND point IN (SELECT id FROM points WHERE class = $name)`
        await guard(() => writing.run(sql, { before, name }))
      }
      await guard(() => rollups.expire([...classByName.values()], now))
      const days = Math.min(logRetentionDays(classes) ?? 1e9, maxRetentionDays ?? 1e9)
      if (days < 1e9) await logStore.expire(now - days * microsPerDay)
      const alarmDays = Math.min(alarmRetentionDays(classes) ?? 1e9, maxRetentionDays ?? 1e9)
      if (alarmDays < 1e9) await alarms.expire(now - alarmDays * microsPerDay)
    },
    async ping() {
      await guard(() => reading.run('SELECT 1'))
    },
    async [Symbol.asyncDispose]() {
      await writing.run('CHECKPOINT').catch(() => undefined)
      reading.closeSync()
      writing.closeSync()
      writingLogs.closeSync()
      writingAlarms.closeSync()
      rolling.closeSync()
      instance.closeSync()
    },
  }
}

/** Rows of many points that are held at a time: the whole table is searched for each page. */
const pageRows = 300_000

/** What nobody has declared is kept as long as the disk wants it. */
const unknownClass: ArchiveClass = { name: '', retentionDays: null }

const keptDays = ({ retentionDays }: ArchiveClass, most: number | undefined): number | null =>
  retentionDays === null ? (most ?? null) : Math.min(retentionDays, most ?? retentionDays)

async function prepare(connection: DuckDBConnection, path: string): Promise<void> {
  for (const statement of schema) await connection.run(statement)
  const found = (await connection.runAndReadAll('SELECT version FROM schema_version')).getRows()
  const version = Number(found[0]?.[0] ?? 0)
  if (version > schemaVersion) {
    throw new MlaError(
      'ARCHIVE_REFUSED',
      `${path} was written by a later version (schema ${version}, this one knows ${schemaVersion})`,
    )
  }
  if (version > 0 && version < schemaVersion)
    await connection.run(`UPDATE schema_version SET version = ${schemaVersion}`)
  if (version === 0) await connection.run(`INSERT INTO schema_version VALUES (${schemaVersion})`)
}

async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof MlaError) throw error
    const message = error instanceof Error ? error.message : String(error)
    const passing = /lock|IO Error|No space|Out of Memory/i.test(message)
    throw new MlaError(passing ? 'ARCHIVE_UNAVAILABLE' : 'ARCHIVE_REFUSED', `DuckDB: ${message}`, {
      cause: error,
    })
  }
}
