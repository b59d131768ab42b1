export type {
  AlarmArchive,
  AlarmHistoryQuery,
  AlarmPosition,
  ArchivedTransition,
} from './alarm-port.ts'
export {
  compareAlarmPositions,
  formatAlarmPosition,
  parseAlarmPosition,
} from './alarms/alarm-position.ts'
export { BytePool } from './byte-pool.ts'
export type {
  LogArchive,
  LogFilter,
  LoggedLogs,
  LogHistogram,
  LogPosition,
  LogSearch,
  LogSearchFigures,
  LogWriter,
} from './log-port.ts'
export { compareLogPositions, formatLogPosition, parseLogPosition } from './logs/log-position.ts'
export { compileLogFilter, type LogMatcher } from './logs/match.ts'
export { logCutRules } from './logs/open-log-partition.ts'
export { mergeSamples } from './merge.ts'
export { type CutRules, cutRules } from './open-blocks.ts'
export type {
  Archive,
  ArchiveClass,
  Bucket,
  ClassOf,
  History,
  HistoryQuery,
  LoggedBatch,
  Position,
  Quantiles,
  QuantilesQuery,
  RollupFigures,
  SampleWriter,
  Tier,
} from './port.ts'
export { readSeries } from './series-reader.ts'
export { SeriesWriter } from './series-writer.ts'
