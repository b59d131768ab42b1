import { createRequire } from 'node:module'

/** The parts of kafkajs's request queue that the fix reads. */
interface RequestQueue {
  readonly pending: readonly unknown[]
  readonly throttledUntil: number
  throttleCheckTimeoutId: NodeJS.Timeout | null
  checkPendingRequests(): void
}

const checkEveryMs = 10

/**
 * kafkajs 2.2.4 sets a timer with a negative delay after every answer, also when nothing waits to
 * be sent: each connection wakes a thousand times a second, and Node 24 warns of it (issue 1751).
 * This sets it where something waits, and never below zero.
 */
export function fixRequestTimer(): void {
  const queue: unknown = createRequire(import.meta.url)('kafkajs/src/network/requestQueue')
  if (typeof queue !== 'function') return
  queue.prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
    if (this.throttleCheckTimeoutId || this.pending.length === 0) return
    const throttledMs = this.throttledUntil - Date.now()
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null
        this.checkPendingRequests()
      },
      throttledMs > 0 ? throttledMs : checkEveryMs,
    )
  }
}
