export { list, parseConfig, port } from './config.ts'
export { codeOf, createFlow, deadLetters, type Flow, type FlowHelp } from './flow.ts'
export { lockFolder } from './folder-lock.ts'
export {
  createHealth,
  type Health,
  type HealthReport,
  type HealthWithin,
  healthWithin,
} from './health.ts'
export { answerHealth, openHealthServer } from './health-server.ts'
export { type Life, lifeWithin } from './life.ts'
export {
  isWorking,
  type LifeCycle,
  type LifeEvent,
  newLife,
  refusalOf,
  startPatienceMicros,
  stepLife,
} from './life-cycle.ts'
export { createLog, type Fields, type Log, type LogLevel, logLevels, silentLog } from './log.ts'
export {
  type Count,
  createMetrics,
  createRegistry,
  type Labels,
  type Level,
  type Metrics,
  type Spread,
} from './metrics.ts'
export { type RetrySettings, retry } from './retry.ts'
export { runService, type Service, type ServiceDefinition } from './run-service.ts'
export { version } from './version.ts'
