import { type CassandraServer, localDataCenter, startCassandra } from './cassandra.ts'
import { type KafkaServer, startKafka } from './kafka.ts'

/** The variables in which the runner hands its servers to the test processes: `host:port`. */
export const sharedVariables = { kafka: 'MLA_TEST_KAFKA', cassandra: 'MLA_TEST_CASSANDRA' } as const

export type SharedKafka = Pick<KafkaServer, 'brokers'>
export type SharedCassandra = Pick<CassandraServer, 'contactPoints' | 'port' | 'localDataCenter'>

let kafka: Promise<SharedKafka> | null = null
let cassandra: Promise<SharedCassandra> | null = null

/**
 * The Kafka of this test run, which other tests use at the same time: take topics and groups with
 * names of your own, and never stop it. A file that is run alone gets one until it ends.
 */
export function sharedKafka(): Promise<SharedKafka> {
  const given = process.env[sharedVariables.kafka]
  kafka ??= given ? Promise.resolve({ brokers: given.split(',') }) : startKafka()
  return kafka
}

/** The Cassandra of this test run, which other tests use too: take a keyspace of your own. */
export function sharedCassandra(): Promise<SharedCassandra> {
  const [host, port] = process.env[sharedVariables.cassandra]?.split(':') ?? []
  cassandra ??= host
    ? Promise.resolve({ contactPoints: [host], port: Number(port), localDataCenter })
    : startCassandra()
  return cassandra
}
