export { type HmiSettings, hmiConfig } from './config.ts'
export { type HmiParts, runHmi } from './run-hmi.ts'
