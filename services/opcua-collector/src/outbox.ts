import { setTimeout as delay } from 'node:timers/promises'
import type { Bus } from '@mla/bus'
import { type Micros, MlaError } from '@mla/model'
import { type Entry, samplesIn, sizeOf } from './entry.ts'
import { createShedding } from './gap-markers.ts'
import { createPublisher } from './publisher.ts'
import type { Spool } from './spool.ts'

export interface OutboxSettings {
  /** At this many bytes of waiting batches the oldest make room, if the disk took none of them. */
  readonly queueBytes: number
  /** What waits for longer than this goes to the disk. */
  readonly spoolAfterMs: number
  /** About as many bytes go to the bus at a time. */
  readonly publishBytes: number
  /** A batch that the bus refuses is dropped after this long; at once if it is large. */
  readonly refusalPatienceMs: number
  readonly retryDelayMs: { readonly first: number; readonly max: number }
}

export interface OutboxEvents {
  published(samples: number, batches: number, tookMs: number): void
  busAway(error: unknown): void
  refused(entry: Entry, error: unknown): void
  spoolFailed(error: unknown): void
  /** The queue in memory was full, and these samples made room; gap markers stand for them. */
  shed(samples: number): void
}

export interface OutboxParts {
  readonly bus: Pick<Bus, 'publish'>
  readonly spool: Spool
  readonly settings: OutboxSettings
  readonly events: OutboxEvents
  readonly now: () => Micros
}

/**
 * Sends entries to the bus in the order they were put, one publish at a time, what waits grouped.
 *
 * It holds three parts of one queue: what is on its way, what is on disk, what waits in memory.
 * As long as anything is on disk, all that is newer goes there as well, so the order holds. A
 * publish that failed is repeated with the same batches. A batch that the bus goes on to refuse is
 * told and left out.
 */
export interface Outbox {
  /** Never waits and never fails; at the bound the oldest entries make room. */
  put(entries: readonly Entry[]): void
  /** When the oldest entry that a kill would lose was collected; null where none is. */
  oldestUnsafe(): Micros | null
  readonly isBusAway: boolean
  readonly waitingBytes: number
  /** To be called often: moves to the disk what has waited too long. */
  tick(): void
  /**
   * Sends everything, but leaves on disk what the bus has not taken when it is away or the time
   * is over.
   * Tells how many samples neither took.
   */
  close(withinMs: number): Promise<number>
}

export function createOutbox(parts: OutboxParts): Outbox {
  const { bus, spool, settings, events, now } = parts
  const closing = new AbortController()
  const waiting: Entry[] = []
  let waitingBytes = 0
  /** What is on its way, and whether it is the oldest group on disk as well. */
  let flying: { readonly group: readonly Entry[]; onDisk: boolean } | null = null
  let isBusAway = false
  let spilling: Promise<void> | null = null
  let nextSpillAt = 0
  let wake = Promise.withResolvers<void>()
  let idle = Promise.withResolvers<void>()
  const publish = createPublisher({
    bus,
    now,
    refusalPatienceMs: settings.refusalPatienceMs,
    refused: events.refused,
    published(samples, batches, tookMs) {
      isBusAway = false
      events.published(samples, batches, tookMs)
    },
  })
  const sending = send()

  function put(entries: readonly Entry[]): void {
    for (const entry of entries) waiting.push(entry)
    waitingBytes += sizeOf(entries)
    if (waitingBytes > settings.queueBytes / 2) spill()
    if (waitingBytes > settings.queueBytes) makeRoom()
    wake.resolve()
  }

  function takeGroup(): Entry[] {
    let count = 0
    let bytes = 0
    for (const entry of waiting) {
      if (count > 0 && bytes + entry.bytes.length > settings.publishBytes) break
      bytes += entry.bytes.length
      count++
    }
    waitingBytes -= bytes
    return waiting.splice(0, count)
  }

  function putBack(group: readonly Entry[]): void {
    waiting.unshift(...group)
    waitingBytes += sizeOf(group)
  }

  /** The oldest quarter makes room, and gap markers stand for it. */
  function makeRoom(): void {
    const shedding = createShedding()
    while (waiting.length > 0 && waitingBytes > settings.queueBytes * 0.75) {
      for (const entry of takeGroup()) shedding.add(entry)
    }
    putBack(shedding.markers())
    events.shed(shedding.lost)
  }

  /** Until nothing is being moved to the disk: only then is it clear what is the oldest. */
  async function settled(): Promise<void> {
    while (spilling !== null) await spilling
  }

  /** Makes the oldest group fly; waits for one. False when it is time to end. */
  async function takeOff(): Promise<boolean> {
    while (!closing.signal.aborted) {
      await settled()
      if (!spool.isEmpty) {
        const group = await spool.peek()
        if (group !== null && !closing.signal.aborted) flying = { group, onDisk: true }
      } else if (waiting.length > 0) flying = { group: takeGroup(), onDisk: false }
      if (flying !== null) return true
      if (!spool.isEmpty || spilling !== null) continue
      idle.resolve()
      wake = Promise.withResolvers()
      await wake.promise
    }
    return false
  }

  async function land(): Promise<void> {
    await settled()
    if (closing.signal.aborted) return
    if (flying?.onDisk) await spool.consume()
    flying = null
  }

  async function send(): Promise<void> {
    let attempt = 0
    while (flying !== null || (await takeOffSafely())) {
      if (closing.signal.aborted || flying === null) return
      try {
        await publish(flying.group)
        attempt = 0
        await land()
      } catch (error) {
        if (isSpoolFailed(error)) events.spoolFailed(error)
        else {
          isBusAway = true
          events.busAway(error)
          spill()
          idle.resolve()
        }
        await pause(attempt++)
      }
    }
  }

  /** A spool that cannot be read is asked again. */
  async function takeOffSafely(): Promise<boolean> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await takeOff()
      } catch (error) {
        events.spoolFailed(error)
        await pause(attempt)
      }
    }
  }

  async function pause(attempt: number): Promise<void> {
    const { first, max } = settings.retryDelayMs
    const delayMs = Math.min(first * 2 ** Math.min(attempt, 16), max)
    await delay(delayMs, undefined, { signal: closing.signal }).catch(() => undefined)
  }

  /** Starts to move to the disk what is in memory, unless that is under way or failed just now. */
  function spill(): void {
    if (spilling !== null || now() < nextSpillAt) return
    spilling = moveToDisk()
      .catch((error) => {
        nextSpillAt = now() + 1_000_000
        events.spoolFailed(error)
      })
      .finally(() => {
        spilling = null
      })
  }

  async function moveToDisk(): Promise<void> {
    const first = flying
    if (first !== null && !first.onDisk) {
      await spool.append(first.group)
      first.onDisk = true
    }
    while (waiting.length > 0) {
      const group = takeGroup()
      try {
        await spool.append(group)
      } catch (error) {
        putBack(group)
        throw error
      }
    }
  }

  function oldestUnsafe(): Micros | null {
    const oldest = flying !== null && !flying.onDisk ? flying.group[0] : waiting[0]
    return oldest?.collectedTime ?? null
  }

  async function close(withinMs: number): Promise<number> {
    if (!isBusAway) {
      idle = Promise.withResolvers()
      wake.resolve()
      const over = new AbortController()
      await Promise.race([
        idle.promise,
        delay(withinMs, undefined, { signal: over.signal }).catch(() => undefined),
      ])
      over.abort()
    }
    closing.abort()
    wake.resolve()
    await settled()
    if (flying === null) await sending
    await moveToDisk().catch((error) => events.spoolFailed(error))
    const lost = flying !== null && !flying.onDisk ? samplesIn(flying.group) : 0
    return lost + samplesIn(waiting)
  }

  return {
    put,
    oldestUnsafe,
    get isBusAway() {
      return isBusAway
    },
    get waitingBytes() {
      return waitingBytes
    },
    tick() {
      const oldest = oldestUnsafe()
      const isLate = oldest !== null && now() - oldest > settings.spoolAfterMs * 1000
      if (isLate || (waiting.length > 0 && !spool.isEmpty)) spill()
    },
    close,
  }
}

const isSpoolFailed = (error: unknown): boolean =>
  error instanceof MlaError && error.code === 'SPOOL_FAILED'
