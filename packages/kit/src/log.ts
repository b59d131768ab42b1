import { pino } from 'pino'
import { terminalLine } from './terminal-line.ts'

export type Fields = Readonly<Record<string, unknown>>

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** The part of a logger the code may rely on; pino satisfies it, and so does a test's recorder. */
export interface Log {
  /** What is told from now on; a recorder has none. */
  level?: string
  debug(fields: Fields, message: string): void
  info(fields: Fields, message: string): void
  warn(fields: Fields, message: string): void
  error(fields: Fields, message: string): void
}

/**
 * One JSON object a line on standard output, stamped with the service's name; for a person at a
 * terminal a line to read instead.
 */
export function createLog(service: string, level: LogLevel = 'info'): Log {
  const options = { base: { service }, level, timestamp: pino.stdTimeFunctions.isoTime }
  if (!process.stdout.isTTY) return pino(options)
  return pino(options, { write: (json: string) => process.stdout.write(terminalLine(json)) })
}

/** For tests and tools that have nobody to tell. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }
