export type { ArchiveClass, Cdb, LoadResult, Point, Problem, Source } from './cdb.ts'
export {
  changesEverySample,
  type ScalarSignal,
  type Signal,
  signalSchema,
  typesOfSignal,
} from './signal.ts'
