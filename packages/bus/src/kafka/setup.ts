import type { Log } from '@mla/kit'
import kafkajs, { type Admin } from 'kafkajs'
import { deadTwinOf } from '../dead-letter.ts'
import type { TopicDefinition } from '../port.ts'
import type { KafkaConfig } from './env.ts'

const { ConfigResourceTypes } = kafkajs

type Replication = Pick<KafkaConfig, 'KAFKA_REPLICATION' | 'KAFKA_MIN_IN_SYNC'>
type Entries = ReadonlyMap<string, string>

/** Topic settings by Kafka's names. */
function wantedOf({ settings }: TopicDefinition, replication: Replication): Entries {
  return new Map([
    ['cleanup.policy', settings.cleanup],
    ['retention.ms', String(settings.retentionMs ?? -1)],
    ['max.message.bytes', String(settings.maxMessageBytes)],
    ['message.timestamp.type', 'LogAppendTime'],
    ['min.insync.replicas', String(replication.KAFKA_MIN_IN_SYNC)],
  ])
}

const asList = (entries: Entries) => [...entries].map(([name, value]) => ({ name, value }))

/**
 * Creates what is missing of these topics and their dead twins, and brings the others to their
 * settings. Partitions are only added: fewer would lose messages, so a difference is logged.
 */
export async function createTopics(
  admin: Admin,
  definitions: readonly TopicDefinition[],
  replication: Replication,
  log: Log,
): Promise<void> {
  const topics = definitions.flatMap((topic) => [topic, deadTwinOf(topic)])
  const known = new Set(await admin.listTopics())
  const missing = topics.filter(({ name }) => !known.has(name))
  if (missing.length > 0) {
    await admin.createTopics({
      waitForLeaders: true,
      timeout: 10_000,
      topics: missing.map((topic) => ({
        topic: topic.name,
        numPartitions: topic.settings.partitions,
        replicationFactor: replication.KAFKA_REPLICATION,
        configEntries: asList(wantedOf(topic, replication)),
      })),
    })
    log.info({ topics: missing.map(({ name }) => name) }, 'topics created')
  }
  const present = topics.filter(({ name }) => known.has(name))
  if (present.length === 0) return
  await growPartitions(admin, present, log)
  await alterSettings(admin, present, replication, log)
}

async function growPartitions(
  admin: Admin,
  topics: readonly TopicDefinition[],
  log: Log,
): Promise<void> {
  const metadata = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) })
  const counts = new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]))
  const grown = topics.filter(({ name, settings }) => (counts.get(name) ?? 0) < settings.partitions)
  for (const { name, settings } of topics) {
    const partitions = counts.get(name) ?? 0
    if (partitions <= settings.partitions) continue
    const fields = { topic: name, partitions, wanted: settings.partitions }
    log.warn(fields, 'a topic has more partitions than wanted, which stay; keys keep to the wanted')
  }
  if (grown.length === 0) return
  await admin.createPartitions({
    topicPartitions: grown.map(({ name, settings }) => ({
      topic: name,
      count: settings.partitions,
    })),
  })
  log.warn({ topics: grown.map(({ name }) => name) }, 'partitions added: keys may have moved')
}

/** `configSource` of an entry that was set for the topic itself (DescribeConfigs, version 1). */
const setForTopic = 1

async function alterSettings(
  admin: Admin,
  topics: readonly TopicDefinition[],
  replication: Replication,
  log: Log,
): Promise<void> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map(({ name }) => ({ type: ConfigResourceTypes.TOPIC, name })),
  })
  const changed = topics.flatMap((topic) => {
    const wanted = wantedOf(topic, replication)
    const found = resources.find(({ resourceName }) => resourceName === topic.name)
    const entries = found?.configEntries ?? []
    const current = new Map(entries.map(({ configName, configValue }) => [configName, configValue]))
    const different = [...wanted].filter(([name, value]) => current.get(name) !== value)
    if (different.length === 0) return []
    // The request replaces all that was set for the topic, so what others set goes along.
    const kept = entries.filter(({ configSource }) => Number(configSource) === setForTopic)
    const all = new Map([...kept.map((e) => [e.configName, e.configValue] as const), ...wanted])
    return [{ topic: topic.name, all, different: Object.fromEntries(different) }]
  })
  if (changed.length === 0) return
  await admin.alterConfigs({
    validateOnly: false,
    resources: changed.map(({ topic, all }) => ({
      type: ConfigResourceTypes.TOPIC,
      name: topic,
      configEntries: asList(all),
    })),
  })
  for (const { topic, different } of changed)
    log.warn({ topic, different }, 'topic settings changed')
}
