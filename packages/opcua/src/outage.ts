import { microsOfMillis } from '@mla/model'
import type { LinkEvents } from './port.ts'

/**
 * Tells of outages by the values, not by the connection: a cut that is healed within `silenceMs`
 * without a loss is none.
 */
export interface Outage {
  /** The connection is gone; what the server queues may yet come. */
  cut(heardAt: number, reason: string): void
  /** Values are missing from `heardAt` (performance.now()) on. */
  lost(heardAt: number, reason: string, keys: 'all' | readonly string[]): void
  /** Values flow, or may flow at any moment. */
  connected(): void
  connecting(reason: string): void
  close(): void
}

export function createOutage(events: LinkEvents, silenceMs: number): Outage {
  let timer: NodeJS.Timeout | undefined
  let shown: 'connecting' | 'connected' | 'lost' | null = null
  let known = false
  let down = false
  let lastReason = ''

  const lost: Outage['lost'] = (heardAt, reason, keys) => {
    clearTimeout(timer)
    if (down && keys === 'all') return
    down = keys === 'all'
    shown = 'lost'
    const sinceMs = Date.now() - (performance.now() - heardAt)
    events.state({ state: 'lost', since: Math.floor(microsOfMillis(sinceMs)), reason, keys })
  }

  return {
    lost,
    cut(heardAt, reason) {
      clearTimeout(timer)
      if (!known || down) return
      const left = silenceMs - (performance.now() - heardAt)
      timer = setTimeout(() => lost(heardAt, reason, 'all'), Math.max(0, left))
    },
    connected() {
      clearTimeout(timer)
      known = true
      down = false
      lastReason = ''
      if (shown === 'connected') return
      shown = 'connected'
      events.state({ state: 'connected' })
    },
    connecting(reason) {
      if (reason === lastReason) return
      lastReason = reason
      shown = 'connecting'
      events.state({ state: 'connecting', reason })
    },
    close() {
      clearTimeout(timer)
    },
  }
}
