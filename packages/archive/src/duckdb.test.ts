import { describeAlarmArchive, describeArchive, describeLogArchive } from './conformance.ts'
import { openDuckdb } from './duckdb.ts'

const open = () => openDuckdb({ path: ':memory:' }, { classes: [], classOf: () => 'standard' })

describeArchive('duckdb', open)
describeLogArchive('duckdb', open)
describeAlarmArchive('duckdb', open)
