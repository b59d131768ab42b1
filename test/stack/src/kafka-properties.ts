import { type Certificate, storePassword } from './certificate.ts'

export interface BrokerPlan {
  readonly id: number
  readonly folder: string
  /** The ports of its three listeners. */
  readonly plain: number
  readonly secure: number
  readonly controller: number
}

export interface KafkaSecurity {
  readonly certificate: Certificate | null
  readonly sasl: {
    readonly mechanism: keyof typeof mechanisms
    readonly username: string
    readonly password: string
  } | null
}

/** Names of the mechanisms: as kafkajs writes them, and as Kafka does. */
export const mechanisms = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
} as const

/** server.properties of one broker, which is a controller too. */
export function propertiesOf(
  plan: BrokerPlan,
  all: readonly BrokerPlan[],
  security: KafkaSecurity,
  overrides: Readonly<Record<string, string | number>>,
): string {
  const voters = all.map((other) => `${other.id}@127.0.0.1:${other.controller}`)
  const replicas = all.length
  const open = { PLAIN: plan.plain, SECURE: plan.secure }
  const own = [`CONTROLLER://127.0.0.1:${plan.controller}`]
  const clients = Object.entries(open).map(([name, port]) => `${name}://127.0.0.1:${port}`)
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': plan.id,
    'controller.quorum.voters': voters.join(','),
    listeners: [...clients, ...own].join(','),
    'advertised.listeners': clients.join(','),
    'listener.security.protocol.map': `CONTROLLER:PLAINTEXT,PLAIN:PLAINTEXT,SECURE:${protocolOf(security)}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAIN',
    'log.dirs': `${plan.folder}/data`,
    'default.replication.factor': replicas,
    'min.insync.replicas': Math.min(replicas, 2),
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.num.partitions': 4,
    'transaction.state.log.min.isr': Math.min(replicas, 2),
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': 1,
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': 0,
    ...tlsOf(security),
    ...saslOf(security),
    ...overrides,
  }
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

function protocolOf({ certificate, sasl }: KafkaSecurity): string {
  if (sasl) return certificate ? 'SASL_SSL' : 'SASL_PLAINTEXT'
  return certificate ? 'SSL' : 'PLAINTEXT'
}

function tlsOf({ certificate }: KafkaSecurity): Record<string, string> {
  if (!certificate) return {}
  return {
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.location': certificate.keystore,
    'ssl.keystore.password': storePassword,
    'ssl.key.password': storePassword,
  }
}

function saslOf({ sasl }: KafkaSecurity): Record<string, string> {
  if (!sasl) return {}
  const { mechanism, username, password } = sasl
  const listener = `listener.name.secure.${mechanism}.sasl.jaas.config`
  const module = mechanism === 'plain' ? 'plain.PlainLoginModule' : 'scram.ScramLoginModule'
  // PLAIN has its users in this line, SCRAM in the metadata.
  const users = mechanism === 'plain' ? ` user_${username}="${password}"` : ''
  return {
    'sasl.enabled.mechanisms': mechanisms[mechanism],
    [listener]: `org.apache.kafka.common.security.${module} required${users};`,
  }
}
