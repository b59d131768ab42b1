import { list, port } from '@mla/kit'
import { z } from 'zod'
import type { CassandraSettings } from './connect.ts'

/** Settings of the Cassandra archive, to be spread into a service's own. */
export const cassandraEnv = {
  CASSANDRA_CONTACT_POINTS: list.default(['127.0.0.1']),
  CASSANDRA_PORT: port.default(9042),
  CASSANDRA_DATACENTER: z.string().default('datacenter1'),
  CASSANDRA_KEYSPACE: z.string().default('mla'),
  CASSANDRA_CONSISTENCY: z.enum(['one', 'localQuorum', 'quorum']).default('localQuorum'),
  CASSANDRA_USER: z.string().optional(),
  /** File with the password, and nothing else, in it. */
  CASSANDRA_PASSWORD_FILE: z.string().optional(),
  /** PEM file of the authority that signed the servers' certificates; switches TLS on. */
  CASSANDRA_TLS_CA: z.string().optional(),
  CASSANDRA_TIMEOUT_MS: z.coerce.number().int().positive().default(12_000),
} as const

const cassandraConfig = z.object(cassandraEnv)

export const cassandraSettings = (env: z.output<typeof cassandraConfig>): CassandraSettings => ({
  contactPoints: env.CASSANDRA_CONTACT_POINTS,
  port: env.CASSANDRA_PORT,
  localDataCenter: env.CASSANDRA_DATACENTER,
  keyspace: env.CASSANDRA_KEYSPACE,
  consistency: env.CASSANDRA_CONSISTENCY,
  user: env.CASSANDRA_USER || null,
  passwordFile: env.CASSANDRA_PASSWORD_FILE || null,
  tlsCa: env.CASSANDRA_TLS_CA || null,
  requestTimeoutMs: env.CASSANDRA_TIMEOUT_MS,
})
