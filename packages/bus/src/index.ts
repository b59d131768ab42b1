export { deadLetterOf, deadTopicOf, deadTwinOf } from './dead-letter.ts'
export type { Lost } from './lost.ts'
export { partitionOf } from './partition.ts'
export type {
  Bus,
  ConsumeOptions,
  Consumer,
  DeadLetter,
  Delivery,
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
  topics,
} from './topics.ts'
