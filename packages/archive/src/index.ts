export type {
  Archive,
  ArchiveClass,
  Bucket,
  ClassOf,
  History,
  HistoryQuery,
  LoggedBatch,
  Position,
  SampleWriter,
} from './port.ts'
