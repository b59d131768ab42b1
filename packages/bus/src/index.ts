export { deadLetterOf, deadTopicOf, deadTwinOf } from './dead-letter.ts'
export type { Lost } from './lost.ts'
export { partitionOf } from './partition.ts'
export type {
  Bus,
  Consumer,
  DeadLetter,
  Delivery,
  FetchOptions,
  Followed,
  Message,
  Outgoing,
  Position,
  Topic,
  TopicDefinition,
  TopicSettings,
} from './port.ts'
export {
  alarmActions,
  alarmBasic,
  alarmBsdb,
  alarmPlugins,
  logLive,
  logRecords,
  mlaCdb,
  mlaCommands,
  mlaDesired,
  mlaHeartbeats,
  mlaReplies,
  mlaSchemas,
  mlaState,
  monDerived,
  monSamples,
  monSamplesOf,
  topics,
} from './topics.ts'
