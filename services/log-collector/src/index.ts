export {
  collectLogs,
  type LogCollectorFigures,
  type LogCollectorParts,
} from './collect-logs.ts'
export { type LogCollectorSettings, logCollectorEnv, logSettingsOf } from './config.ts'
export type { SourceFigures } from './sources.ts'
