import { type ErrorCode, MlaError } from '@mla/model'
import type { ExitCode } from './cli.ts'

/** Ends a command with a sentence that says what is wrong, and one that says what to do. */
export class Failure extends Error {
  readonly exitCode: ExitCode
  readonly cure: string

  constructor(exitCode: ExitCode, message: string, cure: string) {
    super(message)
    this.exitCode = exitCode
    this.cure = cure
  }
}

const wrongUse = (cure: string): readonly [ExitCode, string] => [2, cure]
const notReachable = (cure: string): readonly [ExitCode, string] => [3, cure]

const byCode: Partial<Record<ErrorCode, readonly [ExitCode, string]>> = {
  CONFIG_INVALID: wrongUse('set these variables in the environment; the README lists them'),
  IDENTIFIER_INVALID: wrongUse('find the point with: mla points <part of its name>'),
  TIME_INVALID: wrongUse(
    'write a time as 2026-06-01T12:00:00Z, how long ago or how long as 30s, 15m, 1h, 2d',
  ),
  QUERY_INVALID: wrongUse('see --help'),
  QUERY_TOO_LARGE: wrongUse('ask for fewer points or a shorter time'),
  BUS_UNAVAILABLE: notReachable('check that Kafka runs, and KAFKA_BROKERS'),
  ARCHIVE_UNAVAILABLE: notReachable('check that Cassandra runs, and CASSANDRA_CONTACT_POINTS'),
  SOURCE_UNAVAILABLE: notReachable('check that the server runs, and its address'),
  SOURCE_UNTRUSTED: [1, 'move its certificate from rejected to trusted/certs in the --pki folder'],
  SOURCE_REFUSED: [1, 'check --security, --policy, --user and the password'],
}

/** An error as what ends the command: its exit code, what is wrong, what to do. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (error instanceof MlaError) {
    const [exitCode, cure] = byCode[error.code] ?? [1, '']
    return new Failure(exitCode, `${error.message} (${error.code})`, cure)
  }
  const message = error instanceof Error ? error.message : String(error)
  return new Failure(1, message, 'this is a defect of mla: please report it with the command line')
}
