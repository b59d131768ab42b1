import { messageOf } from './failure.ts'
import type { LinkSettings } from './port.ts'
import type { Watch } from './reconcile.ts'
import type { Subscription } from './subscription.ts'

export interface WatchdogParts {
  readonly settings: LinkSettings
  readonly watch: Watch
  /** A node that the server refused is due again. */
  refresh(): void
  /** One subscription is silent, others speak. */
  dead(subscription: Subscription, reason: string): void
  /** Nothing is heard at all. */
  silent(reason: string): void
  ping(): Promise<unknown>
}

export interface Watchdog {
  start(): void
  stop(): void
}

/** Judges by what is heard, each subscription by itself. */
export function createWatchdog(parts: WatchdogParts): Watchdog {
  const { settings, watch } = parts
  const everyMs = Math.max(100, Math.min(settings.silenceMs / 5, 2_000))
  let timer: NodeJS.Timeout | undefined
  let last = 0
  let pinging = false

  const look = (): void => {
    const now = performance.now()
    const slept = now - last - everyMs
    last = now
    const all = [...watch.subscriptions.values()]
    // We were not running ourselves: what came in the meantime has yet to be read.
    if (slept > everyMs) for (const one of all) one.heardAt += slept
    const silent = all.filter((one) => now - one.heardAt > patienceMs(one, settings))
    if (silent.length > 0 && silent.length === all.length) {
      parts.silent(`nothing heard for ${Math.round(now - (silent[0]?.heardAt ?? now))} ms`)
      return
    }
    for (const one of silent) {
      parts.dead(one, `silent for ${Math.round(now - one.heardAt)} ms`)
    }
    if (all.length === 0) ping()
    for (const { retryAt } of watch.failed.values()) {
      if (retryAt > now) continue
      parts.refresh()
      break
    }
  }

  /** Without subscriptions nothing else would tell, and the session would time out. */
  const ping = (): void => {
    if (pinging) return
    pinging = true
    parts
      .ping()
      .catch((error: unknown) => parts.silent(messageOf(error)))
      .finally(() => {
        pinging = false
      })
  }

  return {
    start() {
      last = performance.now()
      timer ??= setInterval(look, everyMs)
    },
    stop() {
      clearInterval(timer)
    },
  }
}

/** A server may have granted a slower keep-alive than was asked. */
const patienceMs = ({ keepAliveMs }: Subscription, { silenceMs }: LinkSettings): number =>
  Math.max(silenceMs, 3 * keepAliveMs)
