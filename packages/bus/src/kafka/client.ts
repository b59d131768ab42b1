import { readFile } from 'node:fs/promises'
import type { Log } from '@mla/kit'
import { MlaError } from '@mla/model'
import kafkajs, { type Admin, type Kafka, type KafkaConfig as KafkajsConfig } from 'kafkajs'
import { registerZstd } from './codecs.ts'
import type { KafkaConfig } from './env.ts'
import { busFailure, within } from './failure.ts'
import { openSocket } from './open-socket.ts'
import { fixRequestTimer } from './timer-fix.ts'

/**
 * Makes a kafkajs client. Each consumer needs one of its own, since consumers of one client and
 * group share, and clear, each other's offsets (`committedOffsets` of kafkajs's cluster).
 */
export type MakeClient = () => Kafka

/** Reads the files that the settings name. Throws CONFIG_INVALID, naming setting and file. */
export async function createClientMaker(
  config: KafkaConfig,
  clientId: string,
  log: Log,
): Promise<MakeClient> {
  fixRequestTimer()
  registerZstd()
  const settings: KafkajsConfig = {
    clientId,
    brokers: config.KAFKA_BROKERS,
    connectionTimeout: 3_000,
    authenticationTimeout: 10_000,
    requestTimeout: 10_000,
    socketFactory: openSocket,
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 5 },
    // What it says is noise in an outage; at debug it can be had.
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => log.debug({ kafkajs: entry.log }, entry.log.message),
    ...(await tlsOf(config)),
    ...(await saslOf(config)),
  }
  return () => new kafkajs.Kafka(settings)
}

async function tlsOf(config: KafkaConfig): Promise<Pick<KafkajsConfig, 'ssl'>> {
  const { KAFKA_TLS, KAFKA_TLS_CA, KAFKA_TLS_CERT, KAFKA_TLS_KEY } = config
  if (KAFKA_TLS === 'off' && KAFKA_TLS_CA === undefined) return {}
  if ((KAFKA_TLS_CERT === undefined) !== (KAFKA_TLS_KEY === undefined)) {
    throw new MlaError('CONFIG_INVALID', 'KAFKA_TLS_CERT and KAFKA_TLS_KEY go together')
  }
  const ca = await read('KAFKA_TLS_CA', KAFKA_TLS_CA)
  const cert = await read('KAFKA_TLS_CERT', KAFKA_TLS_CERT)
  const key = await read('KAFKA_TLS_KEY', KAFKA_TLS_KEY)
  return { ssl: { ...(ca && { ca: [ca] }), ...(cert && { cert }), ...(key && { key }) } }
}

async function saslOf(config: KafkaConfig): Promise<Pick<KafkajsConfig, 'sasl'>> {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USER: username } = config
  if (mechanism === undefined) return {}
  const password = await read('KAFKA_SASL_PASSWORD_FILE', config.KAFKA_SASL_PASSWORD_FILE)
  if (username === undefined || password === undefined) {
    const problem = 'KAFKA_SASL_MECHANISM needs KAFKA_SASL_USER and KAFKA_SASL_PASSWORD_FILE'
    throw new MlaError('CONFIG_INVALID', problem)
  }
  const login = { username, password: password.replace(/\r?\n$/, '') }
  if (mechanism === 'plain') return { sasl: { mechanism, ...login } }
  if (mechanism === 'scram-sha-256') return { sasl: { mechanism, ...login } }
  return { sasl: { mechanism, ...login } }
}

async function read(setting: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new MlaError('CONFIG_INVALID', `${setting}: cannot read ${path}`, { cause })
  }
}

const adminTimeoutMs = 15_000

/** Asks the cluster something over a connection of its own. Throws BUS_UNAVAILABLE, BUS_REFUSED. */
export async function askCluster<T>(
  makeClient: MakeClient,
  what: string,
  ask: (admin: Admin) => Promise<T>,
  timeoutMs = adminTimeoutMs,
): Promise<T> {
  const admin = makeClient().admin({ retry: { retries: 3, maxRetryTime: 1_000 } })
  const asked = admin.connect().then(() => ask(admin))
  try {
    return await within(timeoutMs, what, asked)
  } catch (error) {
    throw busFailure(what, error)
  } finally {
    await within(2_000, 'disconnecting', admin.disconnect()).catch(() => undefined)
  }
}
