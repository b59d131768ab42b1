import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  UINTEGER,
  VARCHAR,
} from '@duckdb/node-api'
import { MlaError } from '@mla/model'

/** Types of columns, by DuckDB's names; TIMESTAMP is microseconds UTC as a bigint. */
export type ParquetType = 'VARCHAR' | 'TIMESTAMP' | 'DOUBLE' | 'UINTEGER' | 'BOOLEAN' | 'BIGINT'
export type ParquetCell = string | number | bigint | boolean | null
export type TableFormat = 'parquet' | 'csv'

export interface ParquetTable {
  readonly columns: readonly (readonly [name: string, type: ParquetType])[]
  /** Names of the columns that rows are ordered by. */
  readonly orderBy: readonly string[]
  /** What the file says of itself: units, descriptions; asked for behind the last row. CSV has no place for it. */
  readonly metadata: () => Readonly<Record<string, string>>
}

export interface ParquetFile {
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
}

type Row = readonly ParquetCell[]
type Rows = AsyncIterable<readonly Row[]>
type Columns = ParquetTable['columns']

const name = (text: string): string => `"${text.replaceAll('"', '""')}"`
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/**
 * Writes rows as one Parquet file (zstd) or as CSV, reads it back, and only then gives it its name.
 * What does not fit into 512 MB of memory waits beside the file. Throws ARCHIVE_REFUSED where what is
 * read is not what was written.
 */
export async function writeTable(
  path: string,
  table: ParquetTable,
  rows: Rows,
  format: TableFormat = 'parquet',
): Promise<ParquetFile> {
  const [part, spill] = [`${path}.part`, `${path}.spill`]
  await mkdir(dirname(path), { recursive: true })
  const database = await openDatabase(spill)
  try {
    const { connection } = database
    const written = await fill(connection, table.columns, rows)
    const order = table.orderBy.map(name).join(', ')
    const all = `SELECT ${shownColumns(table.columns)} FROM t ORDER BY ${order}`
    await connection.run(`COPY (${all}) TO ${literal(part)} ${howOf(table, format)}`)
    const source = sourceOf([part], table.columns, format)
    const wrote = await digestOf(connection, `(${all})`)
    const read = await digestOf(connection, source)
    if (wrote !== read) {
      throw new MlaError('ARCHIVE_REFUSED', `${path}: other rows are read than were written`)
    }
    const sha256 = await checksumOf(part)
    const { size } = await stat(part)
    await rename(part, path)
    return { rows: written, bytes: size, sha256 }
  } finally {
    await database.close()
    await rm(part, { force: true })
    await rm(spill, { force: true, recursive: true })
  }
}

async function openDatabase(spill: string) {
  const settings = { threads: '2', memory_limit: '512MB', temp_directory: spill }
  const instance = await DuckDBInstance.create(':memory:', settings)
  const connection = await instance.connect()
  const close = async (): Promise<void> => {
    connection.closeSync()
    instance.closeSync()
  }
  return { connection, close }
}

const vectors = { VARCHAR, TIMESTAMP: BIGINT, DOUBLE, UINTEGER, BOOLEAN, BIGINT }
const chunkRows = 2048

/** Puts rows into a table `t`; times stay numbers, which no calendar can spoil. */
async function fill(connection: DuckDBConnection, columns: Columns, pages: Rows): Promise<number> {
  const stored = columns.map(([column, type]) => `${name(column)} ${vectors[type]}`)
  await connection.run(`CREATE TABLE t (${stored.join(', ')})`)
  const appender = await connection.createAppender('t')
  let written = 0
  for await (const page of pages) {
    for (let start = 0; start < page.length; start += chunkRows) {
      const rows = page.slice(start, start + chunkRows)
      const chunk = DuckDBDataChunk.create(
        columns.map(([, type]) => vectors[type]),
        rows.length,
      )
      chunk.setColumns(columns.map((_, column) => rows.map((row) => row[column] ?? null)))
      appender.appendDataChunk(chunk)
    }
    written += page.length
  }
  appender.closeSync()
  return written
}

const shownColumns = (columns: Columns): string =>
  columns
    .map(([column, type]) =>
      type === 'TIMESTAMP' ? `make_timestamp(${name(column)}) AS ${name(column)}` : name(column),
    )
    .join(', ')

function howOf({ metadata }: ParquetTable, format: TableFormat): string {
  if (format === 'csv') return '(FORMAT csv, HEADER)'
  const said = Object.entries(metadata()).map(
    ([key, value]) => `${literal(key)}: ${literal(value)}`,
  )
  return `(FORMAT parquet, COMPRESSION zstd, KV_METADATA {${said.join(', ')}})`
}

/** A null in CSV is nothing, an empty text is two quotes. */
function sourceOf(paths: readonly string[], columns: Columns, format: TableFormat): string {
  // Folders such as day=2026-11-21 would be columns.
  const file = `[${paths.map(literal).join(', ')}], hive_partitioning = false`
  if (format === 'parquet') return `read_parquet(${file})`
  const types = columns.map(([column, type]) => `${literal(column)}: ${literal(type)}`)
  const rules = 'header = true, auto_detect = false, allow_quoted_nulls = false'
  const size = 'max_line_size = 16777216, buffer_size = 67108864'
  return `read_csv(${file}, ${rules}, ${size}, columns = {${types.join(', ')}})`
}

/** Of the rows as a bag: how many, and a sum of their hashes. */
async function digestOf(connection: DuckDBConnection, source: string): Promise<string> {
  const sql = `SELECT count(*), sum(hash(r)::HUGEINT)::VARCHAR FROM ${source} AS r`
  return String((await connection.runAndReadAll(sql)).getRows()[0])
}

/** Which rows are read, and in what order; all, as the files have them, where nothing is said. */
export interface ReadRules {
  /** A column, and which texts it may hold. */
  readonly among?: readonly [column: string, texts: readonly string[]]
  /** A column of times, and the range [from, to) in microseconds. */
  readonly between?: readonly [column: string, from: number, to: number]
  readonly orderBy?: readonly string[]
}

/** The rows of a file that `writeTable` wrote, a page at a time; times as microseconds in a bigint. */
export const readTable = (
  path: string,
  columns: Columns,
  format: TableFormat = 'parquet',
): AsyncIterable<readonly Row[]> => readTables([path], columns, format)

/** The rows of several such files as if they were one. */
export async function* readTables(
  paths: readonly string[],
  columns: Columns,
  format: TableFormat,
  { among, between, orderBy = [] }: ReadRules = {},
): AsyncIterable<readonly Row[]> {
  const spill = await mkdtemp(join(tmpdir(), 'mla-rows-'))
  const { connection, close } = await openDatabase(spill)
  try {
    const shown = columns.map(([column, type]) =>
      type === 'TIMESTAMP' ? `epoch_us(${name(column)})` : name(column),
    )
    const wanted = [
      ...(among ? [`${name(among[0])} IN (${among[1].map(literal).join(', ')})`] : []),
      ...(between
        ? [
            `epoch_us(${name(between[0])}) >= ${between[1]} AND epoch_us(${name(between[0])}) < ${between[2]}`,
          ]
        : []),
    ]
    const where = wanted.length > 0 ? `WHERE ${wanted.join(' AND ')}` : ''
    const order = orderBy.length > 0 ? `ORDER BY ${orderBy.map(name).join(', ')}` : ''
    const source = sourceOf(paths, columns, format)
    const sql = `SELECT ${shown.join(', ')} FROM ${source} ${where} ${order}`
    const result = await connection.stream(sql)
    for (;;) {
      const chunk = await result.fetchChunk()
      if (!chunk || chunk.rowCount === 0) break
      yield chunk.getRows() as unknown as readonly Row[]
    }
  } finally {
    await close()
    await rm(spill, { force: true, recursive: true })
  }
}

/** SHA-256 of a file, in hexadecimal. */
export async function checksumOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
