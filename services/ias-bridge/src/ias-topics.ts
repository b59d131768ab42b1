import type { Topic } from '@mla/bus'

/** As IAS ships its broker: an hour, one partition. What is there already stays as it is. */
const settings = {
  ...{ partitions: 1, retentionMs: 3_600_000, cleanup: 'delete' as const },
  maxMessageBytes: 1024 * 1024,
}

/** IAS's messages are JSON; what they mean is read elsewhere, so that what is none is told. */
const textTopic = (name: string): Topic<string> => ({
  ...{ name, settings },
  encode: (text) => new TextEncoder().encode(text),
  decode: (bytes) => new TextDecoder().decode(bytes),
})

/** What IAS plugins send (`MonitorPointData`), keyed by plugin. */
export const iasPlugins = textTopic('PluginsKTopic')
/** Converted values, synthetic parameters and alarms (`IASValue`), keyed by identifier. */
export const iasBsdb = textTopic('BsdbCoreKTopic')
export const iasHeartbeats = textTopic('HeartbeatTopic')
export const iasCommands = textTopic('CmdTopic')
export const iasReplies = textTopic('ReplyTopic')

export const iasTopics = [iasPlugins, iasBsdb, iasHeartbeats, iasCommands, iasReplies]
