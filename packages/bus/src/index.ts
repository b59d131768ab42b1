export type {
  Bus,
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
export { monSamples, topics } from './topics.ts'
