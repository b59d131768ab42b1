import { list } from '@mla/kit'
import { z } from 'zod'

/** Settings of the Kafka bus, to be spread into a service's own. */
export const kafkaEnv = {
  /** `host:port` of some brokers, with commas; the others are learnt from them. */
  KAFKA_BROKERS: list.refine((brokers) => brokers.length > 0, 'name at least one host:port'),
  /** On where the brokers want TLS; a CA of one's own switches it on too. */
  KAFKA_TLS: z.enum(['on', 'off']).default('off'),
  /** PEM file of the authority that signed the brokers' certificates. */
  KAFKA_TLS_CA: z.string().optional(),
  /** PEM files of our own certificate and its key, where the brokers ask for one. */
  KAFKA_TLS_CERT: z.string().optional(),
  KAFKA_TLS_KEY: z.string().optional(),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USER: z.string().optional(),
  /** File with the password, and nothing else, in it. */
  KAFKA_SASL_PASSWORD_FILE: z.string().optional(),
  KAFKA_COMPRESSION: z.enum(['none', 'gzip', 'zstd']).default('zstd'),
  /** Copies of each partition, of topics that are created. */
  KAFKA_REPLICATION: z.coerce.number().int().min(1).max(7).default(1),
  /** Copies that must have a message before it counts as written. */
  KAFKA_MIN_IN_SYNC: z.coerce.number().int().min(1).max(7).default(1),
  /** How long a publish tries before it gives up. */
  KAFKA_PUBLISH_SECONDS: z.coerce.number().min(1).max(300).default(20),
  /** Silence after which the brokers give a consumer's partitions to others. */
  KAFKA_SESSION_SECONDS: z.coerce.number().min(6).max(300).default(10),
} as const

const kafkaConfig = z.object(kafkaEnv)

export type KafkaConfig = z.output<typeof kafkaConfig>
