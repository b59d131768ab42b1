import { pino } from 'pino'

export type Fields = Readonly<Record<string, unknown>>

/** The part of a logger the code may rely on; pino satisfies it, and so does a test's recorder. */
export interface Log {
  debug(fields: Fields, message: string): void
  info(fields: Fields, message: string): void
  warn(fields: Fields, message: string): void
  error(fields: Fields, message: string): void
}

/** One JSON object a line on standard output, stamped with the service's name. */
export const createLog = (service: string, level = 'info'): Log =>
  pino({ base: { service }, level, timestamp: pino.stdTimeFunctions.isoTime })

/** For tests and tools that have nobody to tell. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }
