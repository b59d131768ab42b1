import type { Life } from '@mla/kit'

/** Calls once, when all parts of a process are ready for the first time, if that comes. */
export function whenReady({ health, signal }: Life, then: () => void): void {
  const look = setInterval(() => {
    const isReady = health.report().ready
    if (isReady || signal.aborted) clearInterval(look)
    if (isReady && !signal.aborted) then()
  }, 100)
}
