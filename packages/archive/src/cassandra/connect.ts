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
export async function connect(settings: CassandraSettings, log: Log): Promise<cassandra.Client> {
  const client = new cassandra.Client(clientOptions(settings))
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

function clientOptions(settings: CassandraSettings): cassandra.ClientOptions {
  const { user, passwordFile, tlsCa } = settings
  if ((user === null) !== (passwordFile === null)) {
    throw new MlaError('CONFIG_INVALID', 'CASSANDRA_USER and CASSANDRA_PASSWORD_FILE go together')
  }
  const secure = tlsCa === null ? {} : { sslOptions: { ca: [readFileSync(tlsCa)] } }
  const known =
    user === null || passwordFile === null
      ? {}
      : { credentials: { username: user, password: readFileSync(passwordFile, 'utf8').trim() } }
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
    ...secure,
    ...known,
  }
}
