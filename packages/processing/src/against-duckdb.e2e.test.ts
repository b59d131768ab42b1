import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareWithDuckdb } from './against-duckdb.fixture.ts'
import { inParts } from './agreement.fixture.ts'
import { compareComparisons } from './comparisons.fixture.ts'
import { compareFilters } from './filters.fixture.ts'
import { compareResampling } from './resampling.fixture.ts'

/** More are for a change of the functions: `MLA_SERIES=1000 npm test -- against-duckdb.e2e`. */
const series = Number(process.env['MLA_SERIES'] ?? 100)

test('windows of 1,000 random series agree with DuckDB', async () => {
  assert.ok((await compareWithDuckdb(1000)) > 350_000)
})

for (const [what, compare, each] of [
  ['comparisons', compareComparisons, 1000],
  ['regular series', compareResampling, 2500],
  ['filters', compareFilters, 500],
] as const) {
  test(`${what} of ${series} random series agree with DuckDB`, async (t) => {
    const moments = await inParts(series, compare)
    t.diagnostic(`${moments} moments`)
    assert.ok(moments > each * series, `${moments} moments`)
  })
}
