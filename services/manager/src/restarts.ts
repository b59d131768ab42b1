import type { Micros } from '@mla/model'

/** What is remembered of a component that had to be restarted. */
export interface Restarts {
  readonly count: number
  readonly last: Micros
}

export interface RestartPolicy {
  readonly firstDelayMicros: number
  readonly maxDelayMicros: number
  /** Good for so long, and all is forgotten. */
  readonly calmMicros: number
}

export const restartPolicy: RestartPolicy = {
  firstDelayMicros: 2_000_000,
  maxDelayMicros: 300_000_000,
  calmMicros: 600_000_000,
}

/** The wait before each try: at once, then 2, 4, 8 … s, up to 5 min. */
export function delayOf(count: number, policy = restartPolicy): number {
  if (count === 0) return 0
  return Math.min(policy.firstDelayMicros * 2 ** (count - 1), policy.maxDelayMicros)
}

/** Whether it is time for the next try. */
export const isDue = (past: Restarts | undefined, now: Micros, policy = restartPolicy): boolean =>
  past === undefined || now - past.last >= delayOf(past.count, policy)

export const afterRestart = (past: Restarts | undefined, now: Micros): Restarts => ({
  count: (past?.count ?? 0) + 1,
  last: now,
})

/** What is left of the past when a component has been good since a time; undefined is nothing. */
export function afterCalm(
  past: Restarts | undefined,
  goodSince: Micros,
  now: Micros,
  policy = restartPolicy,
): Restarts | undefined {
  const began = Math.max(goodSince, past?.last ?? 0)
  return now - began >= policy.calmMicros ? undefined : past
}
