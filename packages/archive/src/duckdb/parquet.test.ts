import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import {
  checksumOf,
  type ParquetCell,
  type ParquetTable,
  readTable,
  writeTable,
} from './parquet.ts'

const table: ParquetTable = {
  columns: [
    ['point', 'VARCHAR'],
    ['time', 'TIMESTAMP'],
    ['number', 'DOUBLE'],
    ['status', 'UINTEGER'],
  ],
  orderBy: ['point', 'time'],
  metadata: () => ({ units: '{"A\'s":"deg"}' }),
}
const rows: ParquetCell[][] = [
  ['B', 1_795_176_000_123_456n, Number.NaN, 0x80310000],
  ['A', 1_795_176_000_000_000n, null, 0],
  ["it's", 0n, -0.5, 1],
]
async function* pages(all: readonly ParquetCell[][]) {
  yield all.slice(0, 1)
  yield all.slice(1)
}

async function inFolder(tell: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mla-parquet-'))
  try {
    await tell(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('rows come back as they were, in order, with the metadata', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a', 'b.parquet')
    const file = await writeTable(path, table, pages(rows))
    assert.deepEqual([file.rows, file.sha256], [3, await checksumOf(path)])
    const found: ParquetCell[][] = []
    for await (const page of readTable(path, table.columns))
      found.push(...page.map((row) => [...row]))
    assert.deepEqual(found, [rows[1], rows[0], rows[2]])
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    const sql = `SELECT decode(value) FROM parquet_kv_metadata('${path}') WHERE decode(key) = 'units'`
    assert.equal((await connection.runAndReadAll(sql)).getRows()[0]?.[0], table.metadata()['units'])
    const codecs = `SELECT DISTINCT compression FROM parquet_metadata('${path}')`
    assert.deepEqual((await connection.runAndReadAll(codecs)).getRows(), [['ZSTD']])
    connection.closeSync()
    instance.closeSync()
  }))

test('a file whose rows break off leaves nothing', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'b.parquet')
    async function* broken() {
      yield rows
      throw new Error('the archive is away')
    }
    await assert.rejects(writeTable(path, table, broken()), /away/)
    assert.deepEqual([existsSync(path), existsSync(`${path}.part`)], [false, false])
  }))

test('CSV has a header and a row for each, and comes back as it was', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'b.csv')
    const texts = { columns: [...table.columns, ['text', 'VARCHAR'] as const] }
    const words = ['', null, 'a "b",\n\r\u0000c']
    const all = rows.map((row, i) => [...row, words[i] ?? null])
    await writeTable(path, { ...table, ...texts }, pages(all), 'csv')
    const [header, first] = readFileSync(path, 'utf8').split('\n')
    assert.deepEqual(
      [header, first],
      ['point,time,number,status,text', 'A,2026-11-20 12:00:00,,0,'],
    )
    const found: ParquetCell[][] = []
    for await (const page of readTable(path, texts.columns, 'csv'))
      found.push(...page.map((row) => [...row]))
    assert.deepEqual(found, [all[1], all[0], all[2]])
  }))
