import { setTimeout as delay } from 'node:timers/promises'
import { isRetryable } from '@mla/model'

export interface RetrySettings {
  readonly firstDelayMs?: number
  readonly maxDelayMs?: number
}

/**
 * Tries until it works, the error is not retryable, or the signal aborts (then it throws the last
 * error). The delay doubles up to a bound; `failed` hears of each failure.
 */
export async function retry<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  failed: (error: unknown, attempt: number, delayMs: number) => void,
  { firstDelayMs = 100, maxDelayMs = 5_000 }: RetrySettings = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!isRetryable(error) || signal.aborted) throw error
      const delayMs = Math.min(firstDelayMs * 2 ** (attempt - 1), maxDelayMs)
      failed(error, attempt, delayMs)
      await delay(delayMs, undefined, { signal }).catch(() => undefined)
    }
  }
}
