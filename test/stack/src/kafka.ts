import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeCertificate } from './certificate.ts'
import { freePorts } from './free-port.ts'
import { fetchJars, type Jars } from './jars.ts'
import {
  type BrokerPlan,
  type KafkaSecurity,
  mechanisms,
  propertiesOf,
} from './kafka-properties.ts'
import { asOne, createServerProcess, type ServerControl } from './server-process.ts'

export interface KafkaSettings {
  /** Default 1. Three have a replication factor of 3 and want two in-sync replicas. */
  readonly brokers?: 1 | 3
  /** Encrypts the listener of `brokers`, with a certificate made for it. */
  readonly tls?: boolean
  /** Asks for a user and a password on the listener of `brokers`. */
  readonly sasl?: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  /** Default 512, of each broker. */
  readonly heapMb?: number
  /** More arguments of java; for an agent. The ports of three brokers would be one. */
  readonly javaArgs?: readonly string[]
  /** Lines of server.properties that win over ours. */
  readonly properties?: Readonly<Record<string, string | number>>
}

/** Its control acts on all brokers at once; `nodes` are the single ones. */
export interface KafkaServer extends ServerControl {
  /** `host:port` of each broker: the listener that has the TLS and SASL that were asked for. */
  readonly brokers: readonly string[]
  /** The same brokers without TLS or SASL. */
  readonly plainBrokers: readonly string[]
  readonly nodes: readonly ServerControl[]
  /** The certificate to trust (PEM), with `tls`. */
  readonly ca: string | null
  /** As kafkajs takes it, with `sasl`. */
  readonly sasl: KafkaSecurity['sasl']
}

/** Starts Kafka in KRaft mode on free ports of 127.0.0.1; resolves when it serves. */
export async function startKafka(settings: KafkaSettings = {}): Promise<KafkaServer> {
  const jars = await fetchJars('kafka')
  const count = settings.brokers ?? 1
  const ports = await freePorts(count * 3)
  const plans = Array.from({ length: count }, (_, index): BrokerPlan => {
    const folder = mkdtempSync(join(tmpdir(), 'mla-kafka-'))
    const [plain = 0, secure = 0, controller = 0] = ports.slice(index * 3)
    return { id: index + 1, folder, plain, secure, controller }
  })
  const nodes = plans.map((plan) =>
    createServerProcess({
      name: `kafka-${plan.id}`,
      folder: plan.folder,
      command: jars.java,
      args: [
        ...(settings.javaArgs ?? []),
        ...[`-Xmx${settings.heapMb ?? 512}m`, '-Dorg.slf4j.simpleLogger.showDateTime=true'],
        ...['-cp', `${jars.folder}/*`, 'kafka.Kafka', 'server.properties'],
      ],
      ready: /Kafka Server started/,
      startWithinMs: 120_000,
    }),
  )
  const all = asOne(nodes)
  try {
    const security = await secure(settings, jars, plans)
    for (const plan of plans) {
      const properties = propertiesOf(plan, plans, security, settings.properties ?? {})
      writeFileSync(join(plan.folder, 'server.properties'), properties)
    }
    await Promise.all(plans.map((plan) => format(plan, jars, security)))
    await all.start()
    const isSecure = security.certificate !== null || security.sasl !== null
    const plainBrokers = plans.map((plan) => `127.0.0.1:${plan.plain}`)
    return {
      ...all,
      brokers: isSecure ? plans.map((plan) => `127.0.0.1:${plan.secure}`) : plainBrokers,
      plainBrokers,
      nodes,
      ca: security.certificate?.pem ?? null,
      sasl: security.sasl,
    }
  } catch (error) {
    await all[Symbol.asyncDispose]()
    throw error
  }
}

async function secure(
  settings: KafkaSettings,
  jars: Jars,
  plans: readonly BrokerPlan[],
): Promise<KafkaSecurity> {
  const { tls, sasl } = settings
  const folder = plans[0]?.folder ?? ''
  return {
    certificate: tls ? await makeCertificate(jars.keytool, folder) : null,
    sasl: sasl ? { mechanism: sasl, username: 'mla', password: 'mla-password' } : null,
  }
}

/** Prepares the data folder, with the user in it where SCRAM asks for one. */
async function format(plan: BrokerPlan, jars: Jars, { sasl }: KafkaSecurity): Promise<void> {
  const user =
    sasl && sasl.mechanism !== 'plain'
      ? [
          '--add-scram',
          `${mechanisms[sasl.mechanism]}=[name=${sasl.username},password=${sasl.password}]`,
        ]
      : []
  await promisify(execFile)(
    jars.java,
    [
      ...['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', `${jars.folder}/*`],
      ...['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', 'server.properties'],
      ...user,
    ],
    { cwd: plan.folder },
  )
}

/** Any 16 bytes in base64url. */
const clusterId = 'bWxhLXRlc3Qtc3RhY2stMQ'
