import {
  type AlarmAction,
  type CdbDocument,
  type Command,
  type CommandReply,
  createAlarmActionCodec,
  createControlCodecs,
  createIasioBatchCodec,
  createLogBatchCodec,
  createPluginBatchCodec,
  createSampleBatchCodec,
  type DesiredState,
  type Heartbeat,
  type IasioBatch,
  type LogBatch,
  type PluginBatch,
  type PointId,
  type SampleBatch,
  type StateDocument,
} from '@mla/model'
import type { Topic, TopicDefinition } from './port.ts'

const codec = createSampleBatchCodec()
const logs = createLogBatchCodec()

const dayMs = 86_400_000
const monitoring = {
  partitions: 24,
  retentionMs: 2 * dayMs,
  cleanup: 'delete',
  maxMessageBytes: 8 * 1024 * 1024,
} as const

/** What the collectors send: batches of samples, keyed by lane. */
export const monSamples: Topic<SampleBatch> = {
  name: 'mon.samples',
  settings: monitoring,
  ...codec,
}

/** The same for who needs few of the points: batches with all others left out but the newest sample. */
export const monSamplesOf = (wants: (point: PointId) => boolean): Topic<SampleBatch> => ({
  ...monSamples,
  decode: (bytes) => codec.decodeWanted(bytes, wants),
})

/** What is made of them: windows, comparisons, expressions; as samples like any other. */
export const monDerived: Topic<SampleBatch> = {
  name: 'mon.derived',
  settings: monitoring,
  ...codec,
}

/** What the log collectors send: batches of records, keyed by lane. */
export const logRecords: Topic<LogBatch> = { name: 'log.records', settings: monitoring, ...logs }

/** The records that were selected to be seen at once, keyed by source. */
export const logLive: Topic<LogBatch> = {
  name: 'log.live',
  settings: { ...monitoring, partitions: 6, retentionMs: dayMs },
  ...logs,
}

const plugins = createPluginBatchCodec()
const alarms = { ...monitoring, partitions: 12, retentionMs: dayMs }

/** What plugins send (IAS's PluginQueue), keyed by plugin. */
export const alarmPlugins: Topic<PluginBatch> = {
  ...{ name: 'alarm.plugins', settings: alarms },
  ...plugins,
}

/** The same without exact repeats: the Basic Alarm Queue, keyed by plugin. */
export const alarmBasic: Topic<PluginBatch> = {
  ...{ name: 'alarm.basic', settings: alarms },
  ...plugins,
}

/** Converted values, synthetic parameters and alarms (IAS's BSDB), keyed by identifier. */
export const alarmBsdb: Topic<IasioBatch> = {
  ...{ name: 'alarm.bsdb', settings: { ...alarms, retentionMs: 2 * dayMs } },
  ...createIasioBatchCodec(),
}

/** What operators want to be done to alarms, in one order for all; answered on `mla.replies`. */
export const alarmActions: Topic<AlarmAction> = {
  ...{ name: 'alarm.actions', settings: { ...alarms, partitions: 1, retentionMs: 2 * dayMs } },
  ...createAlarmActionCodec(),
}

/**
 * Every Avro schema that is written, by fingerprint (16 hexadecimal digits), as its JSON: so that a
 * program with any Avro library can read what is on the other topics.
 */
export const mlaSchemas: Topic<string> = {
  name: 'mla.schemas',
  settings: { partitions: 1, retentionMs: null, cleanup: 'compact', maxMessageBytes: 1024 * 1024 },
  encode: (schema) => new TextEncoder().encode(schema),
  decode: (bytes) => new TextDecoder().decode(bytes),
}

const control = createControlCodecs()
const messages = (retentionMs: number) =>
  ({ partitions: 1, retentionMs, cleanup: 'delete', maxMessageBytes: 1024 * 1024 }) as const
const documents = {
  partitions: 1,
  retentionMs: null,
  cleanup: 'compact',
  maxMessageBytes: 1024 * 1024,
} as const

/** Commands, in one order for all: they count for 30 s. */
export const mlaCommands: Topic<Command> = {
  ...{ name: 'mla.commands', settings: messages(dayMs) },
  ...control.command,
}
/** What components answered to them, keyed by component. */
export const mlaReplies: Topic<CommandReply> = {
  ...{ name: 'mla.replies', settings: messages(dayMs) },
  ...control.reply,
}
/** How components are, keyed by component; it is also the history of their states. */
export const mlaHeartbeats: Topic<Heartbeat> = {
  ...{ name: 'mla.heartbeats', settings: messages(7 * dayMs) },
  ...control.heartbeat,
}
/** Wanted states, keyed by what they are about: a component, a service, a subsystem, all. */
export const mlaDesired: Topic<DesiredState> = {
  ...{ name: 'mla.desired', settings: documents },
  ...control.desired,
}
/** The configuration in force and the versions before it. */
export const mlaCdb: Topic<CdbDocument> = {
  ...{ name: 'mla.cdb', settings: documents },
  ...control.cdb,
}
/** What operators decided and how far processing came, keyed by kind and name. */
export const mlaState: Topic<StateDocument> = {
  ...{ name: 'mla.state', settings: documents },
  ...control.state,
}

/** Every topic of the system, for `mla setup` and for the services that wait for them. */
export const topics: readonly TopicDefinition[] = [
  monSamples,
  monDerived,
  logRecords,
  logLive,
  alarmPlugins,
  alarmBasic,
  alarmBsdb,
  alarmActions,
  mlaCommands,
  mlaReplies,
  mlaHeartbeats,
  mlaDesired,
  mlaCdb,
  mlaState,
  mlaSchemas,
]
