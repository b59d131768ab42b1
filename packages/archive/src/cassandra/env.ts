import { list, port } from '@mla/kit'
import { z } from 'zod'
import type { CassandraSettings } from './connect.ts'

const optional = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text === '' ? null : text))

/** How a service is told where Cassandra is. */
export const cassandraEnv = z
  .object({
    CASSANDRA_CONTACT_POINTS: list.default(['127.0.0.1']),
    CASSANDRA_PORT: port.default(9042),
    CASSANDRA_DATACENTER: z.string().default('datacenter1'),
    CASSANDRA_KEYSPACE: z.string().default('mla'),
    CASSANDRA_CONSISTENCY: z.enum(['one', 'localQuorum', 'quorum']).default('localQuorum'),
    CASSANDRA_USER: optional,
    CASSANDRA_PASSWORD_FILE: optional,
    CASSANDRA_TLS_CA: optional,
    CASSANDRA_TIMEOUT_MS: z.coerce.number().int().positive().default(12_000),
  })
  .transform(
    (env): CassandraSettings => ({
      contactPoints: env.CASSANDRA_CONTACT_POINTS,
      port: env.CASSANDRA_PORT,
      localDataCenter: env.CASSANDRA_DATACENTER,
      keyspace: env.CASSANDRA_KEYSPACE,
      consistency: env.CASSANDRA_CONSISTENCY,
      user: env.CASSANDRA_USER,
      passwordFile: env.CASSANDRA_PASSWORD_FILE,
      tlsCa: env.CASSANDRA_TLS_CA,
      requestTimeoutMs: env.CASSANDRA_TIMEOUT_MS,
    }),
  )
