/** Receives a frame: `bytes[from, to)`, good until it returns. `cut` tells how many bytes it lost. */
export type TakeFrame = (bytes: Buffer, from: number, to: number, cut: number) => void

/**
 * Cuts a stream into frames. It holds at most one frame of the longest size; of a longer one
 * the begin is a frame, the rest is passed over and counted, and the next one is found again.
 */
export interface Framer {
  push(chunk: Buffer, take: TakeFrame): void
  /** The stream has ended or has been silent: what is held is a frame. */
  flush(take: TakeFrame): void
  /** Bytes held. */
  readonly held: number
  /** Bytes of the stream that no frame was given for, those included that were cut. */
  readonly pending: number
}

/** Bytes of a frame whose end has not come, growing up to a bound. */
export class Held {
  bytes: Buffer = Buffer.alloc(0)
  length = 0
  /** Bytes that were more than the bound. */
  cut = 0
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  add(source: Buffer, from: number, to: number): void {
    const size = to - from
    const fits = Math.min(size, this.#most - this.length)
    this.cut += size - fits
    if (this.length + fits > this.bytes.length) {
      const wanted = Math.min(this.#most, Math.max(1024, 2 * (this.length + fits)))
      const bigger = Buffer.allocUnsafeSlow(wanted)
      this.bytes.copy(bigger, 0, 0, this.length)
      this.bytes = bigger
    }
    source.copy(this.bytes, this.length, from, from + fits)
    this.length += fits
  }

  get isEmpty(): boolean {
    return this.length === 0 && this.cut === 0
  }

  /** Hands the frame over and begins an empty one. */
  give(take: TakeFrame): void {
    const { bytes, length, cut } = this
    this.length = 0
    this.cut = 0
    // A sender that was slow once should not keep a large buffer for ever.
    if (bytes.length > 64 * 1024) this.bytes = Buffer.alloc(0)
    take(bytes, 0, length, cut)
  }
}

/** Hands over a part of a chunk as a frame, cut where it is too long. */
export function giveCut(
  take: TakeFrame,
  bytes: Buffer,
  from: number,
  to: number,
  most: number,
): void {
  if (to - from <= most) take(bytes, from, to, 0)
  else take(bytes, from, from + most, to - from - most)
}
