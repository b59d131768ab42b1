import type { LogDraft, Micros } from '@mla/model'

/** What is known of a line beside its bytes. */
export interface Circumstances {
  readonly receivedTime: Micros
  /** What a stamp without a year is near to: the received time, or when a file was written. */
  readonly reference: Micros
}

/**
 * Understands one frame: fills the draft, which has been reset to these bytes, from `from` to
 * `to`. The bytes are UTF-8. It never throws; of what it does not understand it tells the problem
 * and makes the message of it.
 */
export type Parse = (
  draft: LogDraft,
  bytes: Buffer,
  from: number,
  to: number,
  circumstances: Circumstances,
) => void
