import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareWithDuckdb } from './against-duckdb.fixture.ts'

test('windows of 150 random series agree with DuckDB', async () => {
  assert.ok((await compareWithDuckdb(150)) > 50_000)
})
