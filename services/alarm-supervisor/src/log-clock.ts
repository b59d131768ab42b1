import type { Micros } from '@mla/model'

/**
 * A clock that is never behind the log. What a value of the log sets going is due by the log's time: by
 * a clock of ours that is behind the broker's by seconds, it would be sent those seconds late.
 */
export interface LogClock {
  now(): Micros
  /** Without the log: what is compared with other machines' clocks. */
  own(): Micros
  /** The log has come so far. */
  saw(time: Micros): void
}

/** `read` goes steadily; a step of the machine's clock does not reach it, but reaches the log. */
export function createLogClock(read: () => Micros): LogClock {
  let ahead: Micros = 0
  return {
    now: () => Math.round(read() + ahead),
    own: () => Math.round(read()),
    saw(time) {
      ahead = Math.max(ahead, time - read())
    },
  }
}
