import { MlaError } from '@mla/model'

/** One record, encoded, on its way to a partition. */
export interface Item {
  readonly key: string
  readonly partition: number
  readonly bytes: Uint8Array
  readonly headers: Readonly<Record<string, string>>
  readonly job: Job
}

/** One publish: it is done when all of its records are. */
export interface Job {
  left: number
  /** Records what became of it; nothing of it is sent any more. */
  readonly settle: (error?: MlaError) => void
  isSettled: boolean
  /** Why the last try failed. */
  lastFailure: MlaError | null
}

/** What one request carries at most, and what of it one partition: a batch of records in it. */
const maxRequestBytes = 4 * 1024 * 1024
const maxPartitionBytes = 1024 * 1024

/**
 * Takes what the next request carries from the head of a queue, in order for each partition. What
 * one request brings a partition must stay below `max.message.bytes`, so many small records for
 * one partition are cut; a single large one goes alone.
 */
export function takeRequest(queue: readonly Item[]): {
  readonly taken: readonly Item[]
  readonly rest: readonly Item[]
} {
  const taken: Item[] = []
  const rest: Item[] = []
  const sizes = new Map<number, number>()
  const full = new Set<number>()
  let total = 0
  for (const item of queue) {
    if (item.job.isSettled) continue
    const size = sizes.get(item.partition) ?? 0
    const fits =
      size === 0 ? taken.length === 0 || total + item.bytes.length <= maxRequestBytes : true
    const isCut = size > 0 && size + item.bytes.length > maxPartitionBytes
    if (!fits || isCut || total > maxRequestBytes || full.has(item.partition)) {
      full.add(item.partition)
      rest.push(item)
      continue
    }
    taken.push(item)
    sizes.set(item.partition, size + item.bytes.length)
    total += item.bytes.length
  }
  return { taken, rest }
}

/** A publish of so many records that gives up after `timeoutMs` with BUS_UNAVAILABLE. */
export function createJob(
  topic: string,
  records: number,
  timeoutMs: number,
): { readonly job: Job; readonly done: Promise<void> } {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const job: Job = {
    left: records,
    isSettled: false,
    lastFailure: null,
    settle(error) {
      if (job.isSettled) return
      job.isSettled = true
      clearTimeout(timer)
      if (error) reject(error)
      else resolve()
    },
  }
  const timer = setTimeout(() => {
    const reason = job.lastFailure?.message ?? 'no broker answered'
    const problem = `publishing to ${topic}: given up after ${timeoutMs / 1000} s: ${reason}`
    job.settle(new MlaError('BUS_UNAVAILABLE', problem, { cause: job.lastFailure }))
  }, timeoutMs)
  return { job, done: promise }
}
