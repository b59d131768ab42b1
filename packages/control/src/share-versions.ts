import type { LoadResult } from '@mla/cdb'

/**
 * One reading of a configuration for all who follow it in a process: who comes later begins with the newest
 * version, and who is slow gets the newest of those that came meanwhile. A failure of the source is theirs.
 */
export function shareVersions(
  source: AsyncIterable<LoadResult>,
): (signal: AbortSignal) => AsyncIterable<LoadResult> {
  const wakers = new Set<() => void>()
  let newest: { readonly number: number; readonly result: LoadResult } | null = null
  let end: { readonly error?: unknown } | null = null

  const wakeAll = (): void => {
    for (const wake of wakers) wake()
  }
  const read = async (): Promise<void> => {
    try {
      for await (const result of source) {
        newest = { number: (newest?.number ?? 0) + 1, result }
        wakeAll()
      }
      end = {}
    } catch (error) {
      end = { error }
    }
    wakeAll()
  }
  let isRead = false

  return async function* follow(signal) {
    if (!isRead) void read()
    isRead = true
    let seen = 0
    while (!signal.aborted) {
      if (newest && newest.number > seen) {
        seen = newest.number
        yield newest.result
      } else if (end) {
        if ('error' in end) throw end.error
        return
      } else await woken(wakers, signal)
    }
  }
}

function woken(wakers: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      wakers.delete(wake)
      signal.removeEventListener('abort', wake)
      resolve()
    }
    wakers.add(wake)
    signal.addEventListener('abort', wake, { once: true })
  })
}
