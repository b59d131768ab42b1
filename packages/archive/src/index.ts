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
  SampleWriter,
} from './port.ts'
export {
  type ResampleMethod,
  type ResampleSettings,
  resample,
  resampleMethods,
} from './resample.ts'
export { readSeries } from './series-reader.ts'
export { SeriesWriter } from './series-writer.ts'
