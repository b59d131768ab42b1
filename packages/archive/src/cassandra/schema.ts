import { createHash } from 'node:crypto'
import { microsPerSecond } from '@mla/model'
import type { ArchiveClass, Tier } from '../port.ts'
import { alarmStatements } from './alarm-schema.ts'
import { logStatements } from './log-schema.ts'
import { rollupStatements, rollupTable } from './rollup-schema.ts'

/** One step of the schema; a step that was ever released is never changed, only followed. */
export interface Migration {
  readonly version: number
  readonly title: string
  statements(settings: SchemaSettings): readonly string[]
}

export interface SchemaSettings {
  readonly keyspace: string
}

/**
 * point_days tells which days of a point have samples, and in which class's table: one small row
 * a day, so that "latest" and a year's query look only where something is.
 */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    title: 'days of points',
    statements: ({ keyspace }) => [
      `CREATE TABLE IF NOT EXISTS ${keyspace}.point_days (
        point text, day int, class text,
        PRIMARY KEY (point, day, class)
      ) WITH CLUSTERING ORDER BY (day DESC, class ASC)
        AND comment = 'the UTC days (since 1970) on which a point has samples, and the class they went to'`,
    ],
  },
  { version: 2, title: 'log records', statements: ({ keyspace }) => logStatements(keyspace) },
  { version: 3, title: 'rollups', statements: ({ keyspace }) => rollupStatements(keyspace) },
  { version: 4, title: 'alarms', statements: ({ keyspace }) => alarmStatements(keyspace) },
]

/**
 * The blocks of one archive class. One table a class, because time-window compaction drops whole
 * files only when all in them expires together.
 */
export const samplesTable = (keyspace: string, { name, retentionDays }: ArchiveClass): string => `
  CREATE TABLE IF NOT EXISTS ${keyspace}.${tableOf(name)} (
    point text, day int, first_time bigint, partition int, cut bigint,
    last_time bigint, count int, numbers int,
    min double, max double, sum double, sum_squares double,
    first_value double, last_value double,
    format tinyint, data blob,
    PRIMARY KEY ((point, day), first_time, partition, cut)
  ) WITH id = ${tableId(keyspace, tableOf(name))}
    AND compaction = {'class': 'TimeWindowCompactionStrategy',
      'compaction_window_unit': 'DAYS', 'compaction_window_size': '${windowDays(retentionDays)}'}
    AND compression = {'class': 'LZ4Compressor', 'chunk_length_in_kb': 16}
    AND default_time_to_live = ${secondsOf(retentionDays)}
    AND comment = 'blocks of samples; key (point, UTC day), cut = offset of the first batch in it'`

export const alterRetention = (
  keyspace: string,
  table: string,
  retentionDays: number | null,
): string =>
  `ALTER TABLE ${keyspace}.${table} WITH default_time_to_live = ${secondsOf(retentionDays)}`

export const tableOf = (className: string): string => `samples_${checkedClass(className)}`

export const rollupTableOf = (className: string, { widthMicros }: Tier): string =>
  `rollup_${widthMicros / microsPerSecond}s_${checkedClass(className)}`

function checkedClass(className: string): string {
  if (/^[a-z][a-z0-9_]{0,30}$/.test(className)) return className
  throw new RangeError(`"${className}" is not a class name: a-z, 0-9 and _, at most 31`)
}

/** The table of each tier of a class, by the statement that makes it, and the days that it is kept. */
export const rollupTables = (keyspace: string, one: ArchiveClass) =>
  (one.rollups ?? []).map((tier) => {
    const table = rollupTableOf(one.name, tier)
    const { retentionDays } = tier
    const settings = {
      id: tableId(keyspace, table),
      windowDays: windowDays(retentionDays),
      ttlSeconds: secondsOf(retentionDays),
    }
    return { table, retentionDays, statement: rollupTable(keyspace, table, settings) }
  })

/** TWCS wants some 30 windows in a table's life. */
const windowDays = (retentionDays: number | null): number =>
  Math.max(1, Math.round((retentionDays ?? 365) / 30))

/** Cassandra takes at most 20 years. */
export const secondsOf = (retentionDays: number | null): number =>
  retentionDays === null ? 0 : Math.min(retentionDays, 7300) * 86_400

/** The same on every node, so that two services creating it at once create the same table. */
function tableId(keyspace: string, table: string): string {
  const hash = createHash('sha256').update(`${keyspace}.${table}`).digest('hex')
  const digits = `${hash.slice(0, 12)}5${hash.slice(13, 16)}8${hash.slice(17, 32)}`
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
