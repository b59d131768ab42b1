/**
 * Every way the system can fail. The table is the documentation: an operator greps a log line's
 * code here, and `retryable` is what every retry and dead-letter decision reads.
 */
export const errorCodes = {
  CONFIG_INVALID: {
    retryable: false,
    meaning: 'A setting is missing or malformed; the service will not start.',
  },
  CDB_INVALID: { retryable: false, meaning: 'The configuration database contradicts itself.' },
  CDB_CONFLICT: {
    retryable: false,
    meaning: 'Another version of the configuration came into force in the meantime.',
  },
  DECODE_FAILED: {
    retryable: false,
    meaning: 'Bytes do not match their schema; on a topic they go to its dead-letter topic.',
  },
  SCHEMA_UNKNOWN: {
    retryable: false,
    meaning: 'The schema fingerprint in front of the bytes is of no schema this version knows.',
  },
  VALUE_INVALID: { retryable: false, meaning: 'A value does not fit the type it is said to have.' },
  IDENTIFIER_INVALID: { retryable: false, meaning: 'A name is not a valid point identifier.' },
  TIME_INVALID: { retryable: false, meaning: 'A text is not an RFC 3339 time or a duration.' },
  BUS_UNAVAILABLE: { retryable: true, meaning: 'No broker answered in time.' },
  BUS_REFUSED: { retryable: false, meaning: 'The broker answered, and said no (rights, size).' },
  ARCHIVE_UNAVAILABLE: { retryable: true, meaning: 'The archive did not answer in time.' },
  ARCHIVE_REFUSED: {
    retryable: false,
    meaning: 'The archive answered, and said no (schema, rights, a block it cannot read).',
  },
  SOURCE_UNAVAILABLE: { retryable: true, meaning: 'An OPC-UA server did not answer in time.' },
  SOURCE_UNTRUSTED: {
    retryable: true,
    meaning: "An OPC-UA server's certificate is not in our store of trusted certificates.",
  },
  SOURCE_REFUSED: {
    retryable: true,
    meaning: 'An OPC-UA server refused the session (security mode, user, certificate).',
  },
  SPOOL_FAILED: { retryable: true, meaning: 'The spool on disk could not be written or read.' },
  NOTIFICATION_FAILED: {
    retryable: true,
    meaning: 'A mail server or webhook did not take what people must be told.',
  },
  NOT_ALLOWED: { retryable: false, meaning: 'The role of the user does not include this.' },
  ACTION_REFUSED: {
    retryable: false,
    meaning: 'What an operator wants of an alarm is not possible now, or not allowed for it.',
  },
  ACTION_UNANSWERED: {
    retryable: true,
    meaning: 'No supervisor answered in time; it may still be done: look at the alarm.',
  },
  NOT_AUTHENTICATED: {
    retryable: false,
    meaning: 'Nobody is known by the token, session or password that came with a request.',
  },
  RATE_LIMITED: { retryable: true, meaning: 'Somebody asks, or fails to log in, too often.' },
  IDENTITY_UNAVAILABLE: {
    retryable: true,
    meaning: 'The OpenID provider did not answer in time.',
  },
  QUERY_INVALID: { retryable: false, meaning: 'A request asks for what cannot be answered.' },
  QUERY_TOO_LARGE: { retryable: false, meaning: 'A request asks for more than one answer holds.' },
  INTERNAL: {
    retryable: false,
    meaning: 'A defect of ours: the log holds what happened; please report it.',
  },
} as const satisfies Record<string, { retryable: boolean; meaning: string }>

export type ErrorCode = keyof typeof errorCodes

export class MlaError extends Error {
  override readonly name = 'MlaError'
  readonly code: ErrorCode
  /** What an operator needs to act: ids, addresses, counts. Never a whole record. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable
  }
}

/** True for an error worth another try; an unknown error is a defect and is not. */
export const isRetryable = (error: unknown): boolean => error instanceof MlaError && error.retryable
