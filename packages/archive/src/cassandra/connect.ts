import { readFileSync } from 'node:fs'
import type { Log } from '@mla/kit'
import { MlaError } from '@mla/model'
import cassandra from 'cassandra-driver'
import { failureOf } from './failure.ts'

export interface CassandraSettings {
  readonly contactPoints: readonly string[]
  readonly port: number
  readonly localDataCenter: string
  readonly keyspace: string
  readonly consistency: 'one' | 'localQuorum' | 'quorum'
  readonly user: string | null
  readonly passwordFile: string | null
  /** The authority that signed the servers' certificates; TLS is on where it is given. */
  readonly tlsCa: string | null
  readonly requestTimeoutMs: number
}

/** A connected client. Throws ARCHIVE_UNAVAILABLE or ARCHIVE_REFUSED. */
export async function connect(
  settings: CassandraSettings,
  log: Log,
  credentials = credentialsOf(settings),
): Promise<cassandra.Client> {
  const client = new cassandra.Client(clientOptions(settings, credentials))
  client.on('log', (level, _className, message) => {
    if (level === 'error') log.warn({ message }, 'cassandra driver')
  })
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.shutdown().catch(() => undefined)
    throw failureOf(error, `connecting to Cassandra at ${settings.contactPoints.join(', ')}`)
  }
}

interface Credentials {
  readonly username: string
  readonly password: string
}

/** Null where nobody asks who we are. */
export function credentialsOf({ user, passwordFile }: CassandraSettings): Credentials | null {
  if ((user === null) !== (passwordFile === null)) {
    throw new MlaError('CONFIG_INVALID', 'CASSANDRA_USER and CASSANDRA_PASSWORD_FILE go together')
  }
  if (user === null || passwordFile === null) return null
  return { username: user, password: readFileSync(passwordFile, 'utf8').trim() }
}

function clientOptions(
  settings: CassandraSettings,
  credentials: Credentials | null,
): cassandra.ClientOptions {
  const { types, policies } = cassandra
  return {
    contactPoints: [...settings.contactPoints],
    localDataCenter: settings.localDataCenter,
    protocolOptions: { port: settings.port },
    queryOptions: {
      prepare: true,
      consistency: types.consistencies[settings.consistency],
      isIdempotent: true,
      fetchSize: 1000,
    },
    socketOptions: { readTimeout: settings.requestTimeoutMs, connectTimeout: 5000 },
    // bigint columns as numbers of JavaScript: all of ours are times and offsets below 2^53.
    encoding: { useBigIntAsLong: true },
    policies: { reconnection: new policies.reconnection.ConstantReconnectionPolicy(1000) },
    ...(settings.tlsCa !== null && { sslOptions: trustOnly(readFileSync(settings.tlsCa)) }),
    ...(credentials !== null && { credentials }),
  }
}

/**
 * The driver would take any certificate. Nodes are met by addresses they tell each other, which a
 * certificate seldom names; that our authority signed it is what counts.
 */
const trustOnly = (ca: Buffer) => ({
  ca: [ca],
  rejectUnauthorized: true,
  checkServerIdentity: () => undefined,
})
