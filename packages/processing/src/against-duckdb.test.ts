import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareWithDuckdb } from './against-duckdb.fixture.ts'
import { compareComparisons } from './comparisons.fixture.ts'
import { compareFilters } from './filters.fixture.ts'
import { compareResampling } from './resampling.fixture.ts'

test('windows of 150 random series agree with DuckDB', async () => {
  assert.ok((await compareWithDuckdb(150)) > 50_000)
})

for (const [what, compare, least] of [
  ['comparisons', compareComparisons, 20_000],
  ['regular series', compareResampling, 50_000],
  ['filters', compareFilters, 10_000],
] as const) {
  test(`${what} of 20 random series agree with DuckDB`, async () => {
    const moments = await compare({ from: 0, to: 20 })
    assert.ok(moments > least, `${moments} moments`)
  })
}
