import { bridgedProperty, fromIasValue, toIasValue, understand } from '@mla/alarm'
import {
  alarmBsdb,
  alarmPlugins,
  type Bus,
  deadLetterOf,
  deadTopicOf,
  type Message,
  type Outgoing,
  partitionOf,
  type TopicDefinition,
} from '@mla/bus'
import type { IasioBatch, Micros, PluginBatch, WireIasio } from '@mla/model'
import { iasBsdb, iasPlugins } from './ias-topics.ts'
import type { Report } from './report.ts'

export interface BridgeParts {
  readonly ours: Pick<Bus, 'publish' | 'consume' | 'follow'>
  readonly ias: Pick<Bus, 'publish' | 'consume'>
  readonly report: Report
  readonly now: () => Micros
}

/** Batches of the bridge have this in front of the partitions they came from and go to. */
const producer = 'ias-bridge'

/** What is no message of IAS's is kept on the dead twin of our topic. */
async function bury(
  { ours, report }: BridgeParts,
  topic: TopicDefinition,
  from: TopicDefinition,
  bad: readonly { readonly message: Message<string>; readonly reason: string }[],
): Promise<void> {
  if (bad.length === 0) return
  const letters = bad.map(({ message: { record, key, partition, offset, appendTime }, reason }) =>
    deadLetterOf(from, Buffer.from(record.slice(0, 65_536)), {
      ...{ key: key ?? '', code: 'DECODE_FAILED', reason, partition, offset, time: appendTime },
    }),
  )
  await ours.publish(deadTopicOf(topic), letters)
  report.refused(from.name, bad.length)
}

/** What IAS plugins send goes to our plugins' queue, where copies are known as such. */
export const pluginsIn = (parts: BridgeParts) => async (messages: readonly Message<string>[]) => {
  const good: Outgoing<PluginBatch>[] = []
  const bad: { message: Message<string>; reason: string }[] = []
  for (const message of messages) {
    const told = jsonOf(message.record)
    const understood = told.ok ? understand(told.value, parts.now()) : told
    if (understood.ok) good.push({ key: understood.batch.plugin, record: understood.batch })
    else bad.push({ message, reason: understood.message })
  }
  await bury(parts, alarmPlugins, iasPlugins, bad)
  if (good.length > 0) await parts.ours.publish(alarmPlugins, good)
  parts.report.passed(iasPlugins.name, messages.length, good.length)
}

/** Our IASIOs go to IAS's BSDB, the signs of life, too; not those that came from there. */
export const bsdbOut = (parts: BridgeParts) => async (messages: readonly Message<IasioBatch>[]) => {
  const out: Outgoing<string>[] = []
  let received = 0
  for (const { record } of messages) {
    received += record.values.length
    if (record.producer.startsWith(`${producer}/`)) continue
    for (const iasio of record.values) {
      const text = toIasValue(iasio)
      if (text === null) continue
      const partition = partitionOf(iasio.id, iasBsdb.settings.partitions)
      out.push({ key: iasio.id, partition, record: text })
    }
  }
  if (out.length > 0) await parts.ias.publish(iasBsdb, out)
  parts.report.passed(alarmBsdb.name, received, out.length)
}

/** What IAS's converters and supervisors make goes to our BSDB; not what the bridge wrote there. */
export const bsdbIn = (parts: BridgeParts) => async (messages: readonly Message<string>[]) => {
  const out: Outgoing<IasioBatch>[] = []
  const bad: { message: Message<string>; reason: string }[] = []
  let passed = 0
  for (const message of messages) {
    const read = fromIasValue(message.record)
    if (read.kind === 'bad') bad.push({ message, reason: read.reason })
    if (read.kind !== 'iasio') continue
    passed++
    out.push(batchOf(read.iasio, message))
  }
  await bury(parts, alarmBsdb, iasBsdb, bad)
  if (out.length > 0) await parts.ours.publish(alarmBsdb, out)
  parts.report.passed(iasBsdb.name, messages.length, passed)
}

/** Named by where it comes from, so that it is known as a copy when it comes again. */
function batchOf(iasio: WireIasio, { partition, offset }: Message<string>): Outgoing<IasioBatch> {
  const target = partitionOf(iasio.id, alarmBsdb.settings.partitions)
  const name = `${producer}/${partition}/${target}`
  const record = { producer: name, epoch: 0, sequence: offset, values: [iasio] }
  return { key: iasio.id, partition: target, record }
}

type Json = { readonly ok: true; readonly value: unknown } | { readonly ok: false; message: string }

export function jsonOf(text: string): Json {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return { ok: false, message: 'it is no JSON' }
  }
}

export { bridgedProperty }
