import { describeArchive } from './conformance.ts'
import { openDuckdb } from './duckdb.ts'

describeArchive('duckdb', () =>
  openDuckdb({ path: ':memory:' }, { classes: [], classOf: () => 'standard' }),
)
