export type {
  AlarmInput,
  AlarmRules,
  IasioDescription,
  SupervisorRules,
  TemplateRange,
} from './alarm-rules.ts'
export { archiveClassOf } from './archive-class.ts'
export { buildCdb } from './build.ts'
export type {
  ArchiveClass,
  Cdb,
  ComponentDeclaration,
  LoadResult,
  Point,
  Problem,
  Source,
} from './cdb.ts'
export { derivedLanes, derivedSource } from './derive.ts'
export { derivedPointsOf, describePoint } from './derived-points.ts'
export { type CdbDifference, type Difference, diffCdb } from './diff.ts'
export {
  type CdbLog,
  type CdbText,
  cdbFilesOf,
  createCdbLog,
  documentsOf,
  hashOf,
  headKey,
} from './documents.ts'
export type { Environment } from './environment.ts'
export { type FollowedDocuments, followDocuments } from './follow-documents.ts'
export { type AlarmsResult, buildIas } from './ias-build.ts'
export { iasFolderOf, loadIas } from './ias-load.ts'
export { jsonSchema } from './json-schema.ts'
export { laneOf } from './lane.ts'
export { loadCdb } from './load.ts'
export { logRateSource } from './log-rates.ts'
export {
  type LogListen,
  type LogRate,
  type LogRule,
  type LogSource,
  type Logs,
  noLogs,
} from './log-source.ts'
export { describeProblems } from './problems.ts'
export type { CdbFile } from './read-files.ts'
export { readTexts } from './read-texts.ts'
export {
  changesEverySample,
  type ScalarSignal,
  type Signal,
  signalSchema,
  typesOfSignal,
} from './signal.ts'
export { type WatchSettings, watchCdb } from './watch.ts'
export { type FoundNode, pointsFileOf, type WrittenFile } from './write-points.ts'
