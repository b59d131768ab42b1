import { setTimeout as delay } from 'node:timers/promises'
import type { Bus } from '@mla/bus'
import { MlaError } from '@mla/model'
import { type Entry, encodedLogs, sizeOf } from './entry.ts'
import { leastRank, type Shed, without } from './shed.ts'
import type { Spool } from './spool.ts'

export interface OutboxSettings {
  readonly queueBytes: number
  readonly spoolAfterMs: number
  readonly spoolBytes: number
}

export interface OutboxEvents {
  published(entries: readonly Entry[], tookMs: number): void
  busAway(error: unknown): void
  refused(entry: Entry, error: unknown): void
  spoolFailed(error: unknown): void
  /** The queue was full and no disk took it: the least important made room. */
  shed(shed: Shed): void
  /** The queue has become full, or is no longer. */
  full(isFull: boolean): void
}

/**
 * Sends entries to the bus in the order they were put, one publish at a time, what waits grouped. A
 * bus that is slow fills the queue, and senders that can wait do; one that is away sends it to
 * the disk, and as long as anything is there, what is newer follows.
 */
export interface Outbox {
  /** Never waits and never fails. */
  put(entry: Entry): void
  readonly isFull: boolean
  readonly isBusAway: boolean
  readonly waitingBytes: number
  /** Sends everything; on disk goes what the bus has not taken in time. Tells what neither took. */
  close(withinMs: number): Promise<readonly Entry[]>
}

const groupBytes = 4 * 1024 * 1024
const refusalPatienceMs = 60_000
const firstDelayMs = 100
const maxDelayMs = 5_000

export function createOutbox(parts: {
  readonly bus: Pick<Bus, 'publish'>
  readonly spool: Spool
  readonly settings: OutboxSettings
  readonly events: OutboxEvents
}): Outbox {
  const { bus, spool, settings, events } = parts
  const closing = new AbortController()
  let waiting: Entry[] = []
  let waitingBytes = 0
  let flying: { readonly group: readonly Entry[]; onDisk: boolean } | null = null
  let isBusAway = false
  let isFull = false
  let spilling: Promise<void> | null = null
  let spoolFailedAt = Number.NEGATIVE_INFINITY
  let refusedSince: number | null = null
  let wake = Promise.withResolvers<void>()

  function put(entry: Entry): void {
    waiting.push(entry)
    waitingBytes += entry.bytes.length
    if (isBusAway || !spool.isEmpty) spill()
    // Senders that cannot wait go on when it is full: then the least important go.
    if (waitingBytes > settings.queueBytes * 2) makeRoom()
    tellFull()
    wake.resolve()
  }

  function tellFull(): void {
    const now = isFull ? waitingBytes > settings.queueBytes / 2 : waitingBytes > settings.queueBytes
    if (now === isFull) return
    isFull = now
    events.full(isFull)
  }

  function makeRoom(): void {
    const shed: Shed = new Map()
    while (waitingBytes > settings.queueBytes * 1.5) {
      const rank = leastRank(waiting)
      if (rank > 8) break
      waiting = waiting.flatMap((entry) => without(entry, rank, shed) ?? [])
      waitingBytes = sizeOf(waiting)
    }
    events.shed(shed)
  }

  function takeGroup(mostBytes = groupBytes): Entry[] {
    let [count, bytes] = [0, 0]
    for (const entry of waiting) {
      if (count > 0 && bytes + entry.bytes.length > mostBytes) break
      bytes += entry.bytes.length
      count++
    }
    waitingBytes -= bytes
    const group = waiting.splice(0, count)
    tellFull()
    return group
  }

  /** Makes the oldest group fly; waits for one. False when it is time to end. */
  async function takeOff(): Promise<boolean> {
    while (!closing.signal.aborted) {
      while (spilling !== null) await spilling
      if (!spool.isEmpty) {
        const group = await spool.peek()
        if (group !== null) flying = { group, onDisk: true }
      } else if (waiting.length > 0) flying = { group: takeGroup(), onDisk: false }
      if (flying !== null) return true
      if (!spool.isEmpty || waiting.length > 0) continue
      wake = Promise.withResolvers()
      await wake.promise
    }
    return false
  }

  async function send(): Promise<void> {
    for (let attempt = 0; flying !== null || (await takeOff()); ) {
      if (closing.signal.aborted || flying === null) return
      const { group } = flying
      const slow = new MlaError('BUS_UNAVAILABLE', `no answer in ${settings.spoolAfterMs} ms`)
      const late = setTimeout(() => away(slow), settings.spoolAfterMs).unref()
      try {
        await publish(group)
        attempt = 0
        isBusAway = false
        await land()
      } catch (error) {
        away(error)
        await pause(attempt++)
      } finally {
        clearTimeout(late)
      }
    }
  }

  function away(error: unknown): void {
    isBusAway = true
    events.busAway(error)
    spill()
  }

  async function land(): Promise<void> {
    while (spilling !== null) await spilling
    if (flying === null) return
    const { group, onDisk } = flying
    if (onDisk) await spool.consume()
    else for (const entry of group) entry.safe?.()
    flying = null
  }

  async function publish(group: readonly Entry[]): Promise<void> {
    const start = performance.now()
    try {
      await bus.publish(encodedLogs, group.map(outgoing))
      events.published(group, performance.now() - start)
    } catch (error) {
      if (!isRefused(error)) throw error
      await publishOneByOne(group)
    }
    refusedSince = null
  }

  /**
   * One that the bus refuses is dropped after a while; at once where others are taken. Of rights
   * that were taken by mistake, all are refused.
   */
  async function publishOneByOne(group: readonly Entry[]): Promise<void> {
    const refused: (readonly [Entry, unknown])[] = []
    for (const entry of group) {
      try {
        await bus.publish(encodedLogs, [outgoing(entry)])
        events.published([entry], 0)
      } catch (error) {
        if (!isRefused(error)) throw error
        refused.push([entry, error])
      }
    }
    refusedSince ??= performance.now()
    const isAll = refused.length === group.length
    const [first] = refused
    if (first && isAll && performance.now() - refusedSince < refusalPatienceMs) throw first[1]
    for (const [entry, error] of refused) events.refused(entry, error)
  }

  async function pause(attempt: number): Promise<void> {
    const delayMs = Math.min(firstDelayMs * 2 ** Math.min(attempt, 16), maxDelayMs)
    await delay(delayMs, undefined, { signal: closing.signal }).catch(() => undefined)
  }

  /** Starts to move to the disk what is in memory, unless that is under way or failed just now. */
  function spill(): void {
    if (spilling !== null || performance.now() - spoolFailedAt < 1_000) return
    spilling = moveToDisk()
      .catch((error) => {
        spoolFailedAt = performance.now()
        events.spoolFailed(error)
      })
      .finally(() => {
        spilling = null
        tellFull()
        if (closing.signal.aborted || spoolFailedAt + 1_000 > performance.now()) return
        if (waiting.length > 0 && (isBusAway || !spool.isEmpty)) spill()
      })
  }

  async function moveToDisk(): Promise<void> {
    if (flying !== null && !flying.onDisk) {
      const { group } = flying
      await spool.append(group)
      flying.onDisk = true
      // What flies is the head of the queue on disk as well.
      await spool.peek()
      for (const entry of group) entry.safe?.()
    }
    if (waiting.length === 0) return
    // Small beside the spool, so that what must make room there does not make much.
    const group = takeGroup(Math.min(groupBytes, settings.spoolBytes / 8))
    try {
      await spool.append(group)
      for (const entry of group) entry.safe?.()
    } catch (error) {
      waiting.unshift(...group)
      waitingBytes += sizeOf(group)
      throw error
    }
  }

  const sending = send()

  async function close(withinMs: number): Promise<readonly Entry[]> {
    const end = performance.now() + withinMs
    while (!isBusAway && performance.now() < end) {
      if (flying === null && waiting.length === 0 && spool.isEmpty) break
      await delay(20)
    }
    closing.abort()
    wake.resolve()
    while (spilling !== null) await spilling
    await Promise.race([sending, delay(1_000)])
    try {
      while (waiting.length > 0 || (flying !== null && !flying.onDisk)) await moveToDisk()
    } catch (error) {
      events.spoolFailed(error)
    }
    const unsafe = flying !== null && !flying.onDisk ? flying.group : []
    return [...unsafe, ...waiting]
  }

  return {
    put,
    close,
    get isFull() {
      return isFull
    },
    get isBusAway() {
      return isBusAway
    },
    get waitingBytes() {
      return waitingBytes
    },
  }
}

const outgoing = ({ lane, partition, bytes }: Entry) => ({ key: lane, partition, record: bytes })

const isRefused = (error: unknown): boolean =>
  error instanceof MlaError && error.code === 'BUS_REFUSED'
