import type { Log } from '@mla/kit'
import { MlaError } from '@mla/model'
import type cassandra from 'cassandra-driver'
import { logRetentionDays } from '../logs/log-rows.ts'
import type { ArchiveClass } from '../port.ts'
import type { CassandraSettings } from './connect.ts'
import { guard } from './failure.ts'
import { logTables } from './log-schema.ts'
import { connectAsOwner } from './owner.ts'
import {
  alterRetention,
  migrations,
  rollupTables,
  samplesTable,
  secondsOf,
  tableOf,
} from './schema.ts'

export interface SetupSettings extends CassandraSettings {
  /** Copies of each row in the data centre. */
  readonly replication: number
}

/** Creates the keyspace and brings its schema up to date; safe to run again. */
export async function setupCassandra(
  settings: SetupSettings,
  classes: readonly ArchiveClass[],
  log: Log,
): Promise<void> {
  const { keyspace, localDataCenter, replication } = settings
  checkName(keyspace)
  await using client = disposable(await connectAsOwner(settings, log))
  const run = (statement: string, params: unknown[] = []) =>
    guard(client.execute(statement, params, { prepare: false }), 'setting up the schema')
  await run(
    `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication =
      {'class': 'NetworkTopologyStrategy', '${localDataCenter.replaceAll("'", '')}': ${replication}}`,
  )
  await run(
    `CREATE TABLE IF NOT EXISTS ${keyspace}.migrations (
      version int PRIMARY KEY, title text, applied timestamp)`,
  )
  const applied = await versionOf(client, keyspace)
  for (const migration of migrations.filter(({ version }) => version > applied)) {
    for (const statement of migration.statements(settings)) await run(statement)
    await run(
      `INSERT INTO ${keyspace}.migrations (version, title, applied)
        VALUES (${migration.version}, '${migration.title}', toTimestamp(now()))`,
    )
    log.info({ version: migration.version, title: migration.title }, 'schema migrated')
  }
  for (const one of classes) await ensureClass(client, keyspace, one, log)
  await ensureLogRetention(client, keyspace, classes, log)
}

/** The tables of a class and of its tiers, with the retention that the CDB wants for each. */
export async function ensureClass(
  client: cassandra.Client,
  keyspace: string,
  one: ArchiveClass,
  log: Log,
): Promise<void> {
  const { name, retentionDays } = one
  const samples = { table: tableOf(name), retentionDays, statement: samplesTable(keyspace, one) }
  for (const wanted of [samples, ...rollupTables(keyspace, one)]) {
    await ensureTable(client, keyspace, wanted, log)
  }
}

async function ensureTable(
  client: cassandra.Client,
  keyspace: string,
  wanted: {
    readonly table: string
    readonly retentionDays: number | null
    readonly statement: string
  },
  log: Log,
): Promise<void> {
  const { table, retentionDays, statement } = wanted
  const run = (statement: string) =>
    guard(client.execute(statement, [], { prepare: false }), `creating the table ${table}`)
  await run(statement)
  const known = await guard(
    client.execute(
      `SELECT default_time_to_live AS ttl FROM system_schema.tables
        WHERE keyspace_name = ? AND table_name = ?`,
      [keyspace, table],
    ),
    'reading the schema',
  )
  const seconds = Number(known.first()?.['ttl'] ?? 0)
  if (seconds === secondsOf(retentionDays)) return
  await run(alterRetention(keyspace, table, retentionDays))
  log.info({ table, days: retentionDays }, 'retention changed, for what is written from now on')
}

/** The retention of log records that the CDB wants; it holds for what is written from then on. */
export async function ensureLogRetention(
  client: cassandra.Client,
  keyspace: string,
  classes: readonly ArchiveClass[],
  log: Log,
): Promise<void> {
  const run = (statement: string, params: unknown[] = []) =>
    guard(client.execute(statement, params, { prepare: false }), 'setting the retention of logs')
  const days = logRetentionDays(classes)
  const { rows } = await run(
    `SELECT table_name, default_time_to_live AS ttl FROM system_schema.tables
      WHERE keyspace_name = ?`,
    [keyspace],
  )
  const wrong = rows.filter(
    (row) =>
      logTables.some((table) => table === row['table_name']) &&
      Number(row['ttl']) !== secondsOf(days),
  )
  for (const row of wrong) {
    await run(
      `ALTER TABLE ${keyspace}.${row['table_name']} WITH default_time_to_live = ${secondsOf(days)}`,
    )
  }
  if (wrong.length > 0) log.info({ days }, 'retention of log records changed, for new ones')
}

/** Throws ARCHIVE_UNAVAILABLE while the schema is missing or older than this version needs. */
export async function checkSchema(client: cassandra.Client, keyspace: string): Promise<void> {
  const wanted = migrations.at(-1)?.version ?? 0
  const found = await versionOf(client, keyspace).catch(() => 0)
  if (found >= wanted) return
  throw new MlaError(
    'ARCHIVE_UNAVAILABLE',
    `keyspace ${keyspace} has schema version ${found}, ${wanted} is needed: run "mla setup"`,
  )
}

async function versionOf(client: cassandra.Client, keyspace: string): Promise<number> {
  const { rows } = await guard(
    client.execute(`SELECT version FROM ${keyspace}.migrations`, [], { prepare: false }),
    'reading the schema version',
  )
  return rows.reduce((most, row) => Math.max(most, Number(row['version'])), 0)
}

function checkName(keyspace: string): void {
  if (/^[a-z][a-z0-9_]{0,40}$/.test(keyspace)) return
  throw new MlaError('CONFIG_INVALID', `CASSANDRA_KEYSPACE "${keyspace}": a-z, 0-9 and _ only`)
}

const disposable = (client: cassandra.Client): cassandra.Client & AsyncDisposable =>
  Object.assign(client, { [Symbol.asyncDispose]: () => client.shutdown() })
