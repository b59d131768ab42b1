import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareWithDuckdb } from './against-duckdb.fixture.ts'

test('windows of 1,000 random series agree with DuckDB', async () => {
  assert.ok((await compareWithDuckdb(1000)) > 350_000)
})
