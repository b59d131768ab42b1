import { MlaError } from '@mla/model'

/** What brokers say no to for good: another try would get the same answer. */
const refusals = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_PARTITIONS',
  'INVALID_REPLICATION_FACTOR',
  'INVALID_CONFIG',
  'INVALID_REQUEST',
  'INVALID_TIMESTAMP',
  'POLICY_VIOLATION',
  'UNSUPPORTED_VERSION',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
])

const cures: Readonly<Record<string, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'the topic is not there: create it with `mla setup`',
  TOPIC_AUTHORIZATION_FAILED: 'this user may not use the topic: grant it an ACL',
  GROUP_AUTHORIZATION_FAILED: 'this user may not use the consumer group: grant it an ACL',
  NOT_ENOUGH_REPLICAS: 'too few brokers are in sync: start the missing ones',
}

/** The protocol's name of an error (`NOT_ENOUGH_REPLICAS`), found behind what wraps it; else ''. */
export function protocolErrorOf(error: unknown): string {
  for (const cause of causesOf(error)) {
    if ('type' in cause && typeof cause.type === 'string') return cause.type
  }
  return ''
}

/** An error and all that it was caused by; kafkajs wraps, and puts several in one. */
function causesOf(error: unknown): readonly Error[] {
  const found: Error[] = []
  const open = [error]
  while (open.length > 0 && found.length < 20) {
    const next = open.shift()
    if (!(next instanceof Error)) continue
    found.push(next)
    open.push(next.cause)
    if ('errors' in next && Array.isArray(next.errors)) open.push(...next.errors)
  }
  return found
}

/** The one place where an error of kafkajs becomes ours: BUS_REFUSED or BUS_UNAVAILABLE. */
export function busFailure(what: string, error: unknown): MlaError {
  if (error instanceof MlaError) return error
  const type = protocolErrorOf(error)
  const reason = error instanceof Error ? error.message : String(error)
  const message = `${what}: ${cures[type] ?? reason}`
  const code = refusals.has(type) ? 'BUS_REFUSED' : 'BUS_UNAVAILABLE'
  return new MlaError(code, message, { cause: error, details: type === '' ? {} : { type } })
}

/** Fails with BUS_UNAVAILABLE where the work takes longer; the work itself goes on unheard. */
export async function within<T>(timeoutMs: number, what: string, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const problem = `${what}: no answer within ${timeoutMs / 1000} s`
  const timer = setTimeout(() => late.reject(new MlaError('BUS_UNAVAILABLE', problem)), timeoutMs)
  work.catch(() => undefined)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
