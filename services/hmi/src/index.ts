export { type HmiSettings, hmiConfig } from './config.ts'
export { createReport } from './report.ts'
export { type HmiParts, runHmi } from './run-hmi.ts'
export { staysOnline } from './stays-online.ts'
