import type { LogArchive } from '../log-port.ts'
import type { CutRules } from '../open-blocks.ts'
import { histogramOf } from './histogram.ts'
import type { LogBlockStore } from './log-store.ts'
import { createLogWriter } from './log-writer.ts'
import { logCutRules } from './open-log-partition.ts'
import { searchLogs } from './search.ts'

/** The archive of logs over a store of blocks. */
export const createLogArchive = (
  store: LogBlockStore,
  rules: CutRules = logCutRules,
): LogArchive => ({
  openWriter: () => createLogWriter(store, rules),
  search: (search) => searchLogs(store, search),
  histogram: (search, width) => histogramOf(store, search, width),
})
