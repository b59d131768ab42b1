import { type Certificate, storePassword } from './certificate.ts'

export interface CassandraPlan {
  readonly folder: string
  readonly nativePort: number
  readonly storagePort: number
  readonly commitLog: 'periodic' | 'batch'
  readonly authentication: boolean
  readonly certificate: Certificate | null
}

/** cassandra.yaml of one node. JSON is YAML too. */
export function yamlOf(plan: CassandraPlan): string {
  const { folder, commitLog, certificate } = plan
  const config = {
    cluster_name: 'mla-test',
    num_tokens: 4,
    partitioner: 'org.apache.cassandra.dht.Murmur3Partitioner',
    endpoint_snitch: 'SimpleSnitch',
    listen_address: '127.0.0.1',
    rpc_address: '127.0.0.1',
    storage_port: plan.storagePort,
    native_transport_port: plan.nativePort,
    seed_provider: [
      {
        class_name: 'org.apache.cassandra.locator.SimpleSeedProvider',
        parameters: [{ seeds: `127.0.0.1:${plan.storagePort}` }],
      },
    ],
    data_file_directories: [`${folder}/data`],
    commitlog_directory: `${folder}/commitlog`,
    saved_caches_directory: `${folder}/saved_caches`,
    hints_directory: `${folder}/hints`,
    cdc_raw_directory: `${folder}/cdc_raw`,
    commitlog_sync: commitLog,
    ...(commitLog === 'periodic' && { commitlog_sync_period: '10000ms' }),
    // The default leaves a process that runs and hears nobody.
    disk_failure_policy: 'die',
    commit_failure_policy: 'die',
    ...(plan.authentication && { authenticator: 'PasswordAuthenticator' }),
    ...(certificate && {
      client_encryption_options: {
        enabled: true,
        optional: false,
        keystore: certificate.keystore,
        keystore_password: storePassword,
        store_type: 'PKCS12',
      },
    }),
  }
  return JSON.stringify(config, null, 2)
}

/** Its log to standard output, which is its log file. */
export const logback = `<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d{HH:mm:ss.SSS} %-5level [%thread] %logger{0} - %msg%n</pattern></encoder>
  </appender>
  <logger name="com.thinkaurelius.thrift" level="ERROR"/>
  <root level="INFO"><appender-ref ref="out"/></root>
</configuration>
`

const exported = [
  'java.base/jdk.internal.misc',
  'java.base/jdk.internal.ref',
  'java.base/sun.nio.ch',
  'java.base/java.lang.ref',
  'java.management.rmi/com.sun.jmx.remote.internal.rmi',
  'java.rmi/sun.rmi.registry',
  'java.rmi/sun.rmi.server',
  'java.sql/java.sql',
  'jdk.unsupported/sun.misc',
]
const opened = [
  ...['java.lang.module', 'jdk.internal.loader', 'jdk.internal.ref', 'jdk.internal.reflect'],
  ...['jdk.internal.math', 'jdk.internal.module', 'jdk.internal.util.jar', 'sun.nio.ch'],
  ...['java.io', 'java.nio', 'java.util.concurrent', 'java.util', 'java.util.concurrent.atomic'],
  ...['java.lang', 'java.math', 'java.lang.reflect', 'java.net'],
].map((name) => `java.base/${name}`)

/** The modules that Cassandra looks into on Java 17 (its own conf/jvm17-server.options). */
export const moduleFlags: readonly string[] = [
  ...exported.map((name) => `--add-exports=${name}=ALL-UNNAMED`),
  ...opened.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
  '--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED',
]
