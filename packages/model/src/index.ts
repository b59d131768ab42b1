export {
  type AlarmAction,
  createAlarmActionCodec,
  createIasioBatchCodec,
  createPluginBatchCodec,
  type IasioBatch,
  type PluginBatch,
  type PluginValue,
  type WireAction,
  type WireIasio,
  type WireNote,
  type WireValidity,
} from './alarm-batch.ts'
export {
  avscTypeOf,
  type Codec,
  createLogBatchCodec,
  createSampleBatchCodec,
  fingerprintIn,
  headerOf,
  hex,
  type LogBatchCodec,
} from './codec.ts'
export {
  type CdbDocument,
  type CdbFilePart,
  type CdbVersion,
  type Command,
  type CommandName,
  type CommandReply,
  type ComponentState,
  commandNames,
  createControlCodecs,
  type DesiredState,
  type Figure,
  type Heartbeat,
  type StateDocument,
  type WorkState,
  workStates,
} from './control.ts'
export { type ErrorCode, errorCodes, isRetryable, MlaError } from './errors.ts'
export { type AvroSchema, canonicalForm, fingerprintOf } from './fingerprint.ts'
export { matchesGlob } from './glob.ts'
export { jsonOf, valueOfJson } from './json.ts'
export { readLogRecord, writeLogRecord } from './log-batch.ts'
export { LogCursor, type LogText, logTexts } from './log-cursor.ts'
export { type DraftText, draftTexts, LogDraft, textAt } from './log-draft.ts'
export {
  isPriority,
  type LogBatch,
  type LogField,
  type LogRecord,
  type LogValue,
  type Priority,
  parseProblem,
  priorities,
  rankOf,
} from './log-record.ts'
export { LogBatchWriter } from './log-writer.ts'
export { checkPointId, isPointId, matcherOf, type PointId } from './point.ts'
export { hasOverflow, type Quality, qualities, qualityOf, status } from './quality.ts'
export { createRecordCodec } from './record-codec.ts'
export { type BatchIdentity, createRedelivery } from './redelivery.ts'
export {
  gapMarker,
  isGapMarker,
  latestOrder,
  lostByOverflow,
  type Sample,
  type SampleBatch,
  sameSample,
  timeFlag,
  timeOf,
} from './sample.ts'
export { readValue, writeValue } from './sample-batch.ts'
export { readSampleStream, writeSampleStream } from './sample-stream.ts'
export { allSchemas, logBatchSchemas, sampleBatchSchemas } from './schemas.ts'
export {
  dayOf,
  formatDuration,
  formatTime,
  type Micros,
  microsOfMillis,
  microsPerDay,
  microsPerSecond,
  parseDuration,
  parseTime,
} from './time.ts'
export {
  fits,
  integerOf,
  isArrayType,
  isValueType,
  type JsonValue,
  type Scalar,
  type ScalarType,
  sameValue,
  scalarTypeOf,
  scalarTypes,
  type Value,
  type ValueType,
} from './value.ts'
export { AvroReader } from './wire-reader.ts'
export { AvroWriter } from './wire-writer.ts'
