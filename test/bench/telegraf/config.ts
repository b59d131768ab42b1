import type { Cdb, Point, Source } from '@mla/cdb'

export interface TelegrafSettings {
  readonly brokers: readonly string[]
  readonly topic: string
  /** In the order of their indices: at its start Telegraf refuses nodes by namespace URI. */
  readonly namespaces: readonly unknown[]
  /** Compresses as the collector does. */
  readonly zstd: boolean
}

/**
 * What makes Telegraf do the collector's work: an input for each source, and for each point the
 * same sampling interval, queue and dead band. Without `zstd` its output is as by default, which is
 * the cheapest for it; its batches and buffer are as large as the load asks for.
 */
export function telegrafConfig(cdb: Cdb, settings: TelegrafSettings): string {
  const { brokers, topic, namespaces, zstd } = settings
  const inputs = [...cdb.sources.values()].map((source) => {
    const points = [...cdb.points.values()].filter((point) => point.source === source.id)
    return inputOf(source, points, namespaces)
  })
  return `
[agent]
  interval = "1s"
  flush_interval = "1s"
  metric_batch_size = 5000
  metric_buffer_limit = 200000
  omit_hostname = true

[[outputs.kafka]]
  brokers = ${JSON.stringify(brokers)}
  topic = ${JSON.stringify(topic)}
  routing_key = "random"
  required_acks = -1
  compression_codec = ${zstd ? 4 : 0}
  max_message_bytes = 1000000
  data_format = "influx"
${inputs.join('')}`
}

const inputOf = (
  source: Source,
  points: readonly Point[],
  namespaces: readonly unknown[],
): string => `
[[inputs.opcua_listener]]
  name = ${JSON.stringify(source.id)}
  endpoint = ${JSON.stringify(withoutPath(source.endpoint))}
  connect_timeout = "30s"
  request_timeout = "60s"
  subscription_interval = "${source.publishingIntervalMs}ms"
  security_policy = "None"
  security_mode = "None"
  auth_method = "Anonymous"
  timestamp = "source"
${points.map((point) => nodeOf(point, namespaces)).join('')}`

function nodeOf(point: Point, namespaces: readonly unknown[]): string {
  const { id, nodeId, intervalMs, queueSize, deadband } = point
  const [, uri, kind, identifier] = /^nsu=([^;]+);([sigb])=(.*)$/.exec(nodeId) ?? []
  const index = namespaces.indexOf(uri)
  if (index < 0) throw new Error(`Telegraf has no form for the node id ${nodeId} of ${id}`)
  const filter = deadband
    ? `      [inputs.opcua_listener.nodes.monitoring_params.data_change_filter]
        trigger = "StatusValue"
        deadband_type = "${deadband.kind === 'percent' ? 'Percent' : 'Absolute'}"
        deadband_value = ${deadband.value.toFixed(9)}
`
    : ''
  return `  [[inputs.opcua_listener.nodes]]
    name = ${JSON.stringify(id)}
    namespace = "${index}"
    identifier_type = "${kind}"
    identifier = ${JSON.stringify(identifier)}
    [inputs.opcua_listener.nodes.monitoring_params]
      sampling_interval = "${intervalMs}ms"
      queue_size = ${queueSize}
${filter}`
}

/** Its client is refused (BadIdentityTokenInvalid) where the URL is not one that the server lists. */
const withoutPath = (endpoint: string): string => endpoint.replace(/^(opc\.tcp:\/\/[^/]+).*$/, '$1')
