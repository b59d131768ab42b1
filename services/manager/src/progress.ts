import type { ComponentStatus } from '@mla/control'
import type { Micros } from '@mla/model'

/** How far a component had come, and since when it has not come further. */
export interface Progress {
  readonly received: number
  readonly since: Micros
}

const figure = ({ figures }: ComponentStatus, name: string): number | null =>
  figures.find((one) => one.name === name)?.value ?? null

/**
 * The progress of a component that says it is ONLINE, as of now. One that has nothing to do, or
 * does not say how much, has made progress.
 */
export function progressOf(
  before: Progress | undefined,
  status: ComponentStatus,
  now: Micros,
): Progress {
  const received = figure(status, 'received') ?? 0
  const isIdle = (figure(status, 'lag') ?? 0) <= 0
  const moved = before === undefined || received !== before.received
  if (status.state !== 'ONLINE' || isIdle || moved) return { received, since: now }
  return before
}
