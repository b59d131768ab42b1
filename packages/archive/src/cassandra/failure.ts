import { MlaError } from '@mla/model'

/** Driver and server errors that another try may cure (native protocol v5, section 9). */
const passing = new Set([
  0x0000, // server error
  0x1000, // unavailable
  0x1001, // overloaded
  0x1002, // bootstrapping
  0x1100, // write timeout
  0x1200, // read timeout
  0x1300, // read failure
  0x1500, // write failure
])
const passingNames = new Set([
  'NoHostAvailableError',
  'OperationTimedOutError',
  'BusyConnectionError',
])

/** Plain errors by which the driver says that a pool has just lost its last connection. */
const passingMessages = new Set(['No connection available'])

/** An error of the driver as ours, told apart by whether another try may help. */
export function failureOf(error: unknown, doing: string): MlaError {
  if (error instanceof MlaError) return error
  const { name, code, message } = error as { name?: string; code?: unknown; message?: string }
  const retryable =
    passingNames.has(name ?? '') ||
    passingMessages.has(message ?? '') ||
    (typeof code === 'number' && passing.has(code)) ||
    typeof code === 'string' // a system error of the socket
  const text = `${doing}: ${message ?? String(error)}`
  return new MlaError(retryable ? 'ARCHIVE_UNAVAILABLE' : 'ARCHIVE_REFUSED', text, { cause: error })
}

export const guard = <T>(work: Promise<T>, doing: string): Promise<T> =>
  work.catch((error) => {
    throw failureOf(error, doing)
  })
