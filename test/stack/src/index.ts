export {
  type CassandraServer,
  type CassandraSettings,
  localDataCenter,
  startCassandra,
} from './cassandra.ts'
export { debianProgram } from './debian.ts'
export { freePort, freePorts } from './free-port.ts'
export { cacheFolder, jmxAgent } from './jars.ts'
export { findJava } from './java.ts'
export { type KafkaServer, type KafkaSettings, startKafka } from './kafka.ts'
export {
  type AlertmanagerServer,
  type PrometheusServer,
  startAlertmanager,
  startNodeExporter,
  startPrometheus,
} from './prometheus.ts'
export { provide, type RequirementName } from './requirements.ts'
export { createServerProcess, type ServerControl, type ServerSettings } from './server-process.ts'
export {
  type SharedCassandra,
  type SharedKafka,
  sharedCassandra,
  sharedKafka,
  sharedVariables,
} from './shared.ts'
export { watchOver } from './watchdog.ts'
