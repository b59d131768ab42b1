import type { ArchiveClass } from '../port.ts'
import type { LogLanes, LogSummary } from './log-block.ts'

/** The archive class that says how long log records are kept. */
export const logClass = 'logs'
const defaultRetentionDays = 30

export function logRetentionDays(classes: readonly ArchiveClass[]): number | null {
  const own = classes.find(({ name }) => name === logClass)
  return own ? own.retentionDays : defaultRetentionDays
}

/** How far back a partition's last block is looked for: what the bus keeps, and a bit. */
export const hoursOfBus = 50

export const textOfLanes = (lanes: LogLanes): string => JSON.stringify([...lanes])
export const lanesOf = (text: unknown): LogLanes =>
  typeof text === 'string' ? new Map(JSON.parse(text)) : new Map()

export const textOfSummary = (summary: LogSummary): string => JSON.stringify(summary)
export const summaryIn = (text: unknown): LogSummary => JSON.parse(String(text))
