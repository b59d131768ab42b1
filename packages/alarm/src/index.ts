export {
  type Alarm,
  type AlarmPolicy,
  type AlarmPriority,
  type AlarmState,
  acknowledge,
  alarmOf,
  alarmPriorities,
  alarmStates,
  clear,
  defaultPolicy,
  defaultPriority,
  initialAlarm,
  isMoreUrgent,
  parseAlarm,
  parsePriority,
  raise,
  unacknowledge,
} from './alarm-state.ts'
export {
  type BsdbChange,
  type BsdbEntry,
  type BsdbTable,
  createBsdbTable,
  saysOther,
} from './alarm-table.ts'
export { type AsceState, asceStates, type Stopwatch, type TimeLimits } from './asce.ts'
export { type AsceOptions, namesIn, optionsOf, readOptions } from './asce-properties.ts'
export {
  type BurstMember,
  type Bursts,
  burstGap,
  createBursts,
  firstOuts,
  rootCauseOf,
} from './burst.ts'
export {
  type ConversionFault,
  type ConversionRules,
  type Converter,
  conversionFaults,
  createConverter,
  type Rejected,
} from './conversion.ts'
export { createDasu } from './dasu.ts'
export { checkDasu, type DasuCheck, type DasuProblem } from './dasu-check.ts'
export type {
  AsceDescription,
  Dasu,
  DasuCounts,
  DasuParts,
  Received,
  ValueDescription,
} from './dasu-port.ts'
export {
  type AsceRules,
  type DasuRules,
  defaultRefresh,
  defaultThrottle,
  defaultValidityThreshold,
  type IasioRules,
} from './dasu-rules.ts'
export type { Emission } from './emission.ts'
export { escalatedSince } from './escalation.ts'
export {
  type AcknowledgeTimes,
  type AlarmEvent,
  type AlarmFigures,
  chatteringCalls,
  chatteringMicros,
  createFigures,
  isCall,
  staleMicros,
} from './figures.ts'
export { createFloods, type Flood, tenMinutes } from './floods.ts'
export {
  type TransferFunctionName,
  transferFunctionNamed,
  transferFunctionNames,
  transferFunctions,
} from './functions.ts'
export { bridgedProperty, type FromIas, fromIasValue, toIasValue } from './ias-json.ts'
export { formatIasTime, parseIasTime } from './ias-time.ts'
export {
  commonMode,
  type Iasio,
  type IasioStamps,
  type IasType,
  type IasValue,
  iasTypes,
  isActive,
  isAlarm,
  isNumeric,
  type Mode,
  modes,
  noProperties,
  noStamps,
  numberOf,
  type Properties,
  sameIasValue,
  sameProperties,
  type Validity,
  validities,
} from './iasio.ts'
export {
  formatRunningId,
  type Identifier,
  type IdentifierType,
  identifierFault,
  identifierTypes,
  idOfRunningId,
  instanceOf,
  parseRunningId,
  splitInstance,
} from './identifier.ts'
export {
  type Action,
  type Annunciation,
  act,
  actionKinds,
  annunciationOf,
  type Done,
  endShelf,
  type Note,
  type OperatorRules,
  type OperatorState,
  type Outcome,
  untouched,
} from './operator.ts'
export {
  type MessageFault,
  messageFaults,
  pluginFaultOf,
  type Understood,
  understand,
} from './plugin-message.ts'
export type { AsceProblem } from './property-reader.ts'
export { createRepeatFilter, type RepeatCounts, type RepeatFilter } from './repeat-filter.ts'
export { runUntil } from './run-until.ts'
export type { DasuSnapshot } from './snapshot.ts'
export { type Producer, type Topology, topologyOf } from './topology.ts'
export type {
  Evaluator,
  Input,
  Output,
  Setup,
  State,
  TransferFunction,
} from './transfer-function.ts'
export { formatIasValue, parseIasValue, timestampOf } from './value-text.ts'
export { iasioOf, receivedOf, wireOf } from './wire.ts'
