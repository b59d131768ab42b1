export type { Complaint } from './complaints.ts'
export { type RunManagerParts, runManager } from './run-manager.ts'
