import { MlaError } from './errors.ts'
import { createNames } from './names.ts'

const names = createNames()

/** Reads what AvroWriter wrote. Every read checks its bounds; failures are DECODE_FAILED. */
export class AvroReader {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#at = at
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  /** Where the next read begins in `source`. */
  get at(): number {
    return this.#at
  }

  get source(): Buffer {
    return this.#bytes
  }

  fail(what: string): MlaError {
    return new MlaError('DECODE_FAILED', `${what} at byte ${this.#at} of ${this.#bytes.length}`)
  }

  #skip(size: number): number {
    const at = this.#at
    if (!(size >= 0 && size <= this.#bytes.length - at)) throw this.fail(`${size} bytes expected`)
    this.#at = at + size
    return at
  }

  skip(size: number): void {
    this.#skip(size)
  }

  byte(): number {
    return this.#bytes[this.#skip(1)] as number
  }

  boolean(): boolean {
    const byte = this.#bytes[this.#skip(1)]
    if (byte !== 0 && byte !== 1) throw this.fail('neither true nor false')
    return byte === 1
  }

  /** A whole number: a number where that is exact, else a bigint. */
  long(): number | bigint {
    const start = this.#at
    let low = 0
    let shift = 0
    for (;;) {
      const byte = this.#bytes[this.#skip(1)] as number
      low |= (byte & 0x7f) << shift
      if (byte < 0x80) return (low >>> 1) ^ -(low & 1)
      shift += 7
      if (shift === 28) return this.#wide(start, low)
    }
  }

  #wide(start: number, low: number): number | bigint {
    let high = 0
    let scale = 1
    for (let size = 5; size <= 10; size++) {
      const byte = this.#bytes[this.#skip(1)] as number
      high += (byte & 0x7f) * scale
      scale *= 128
      if (byte < 0x80) {
        const zigzag = high * 0x10000000 + low
        if (zigzag >= 2 ** 53) return this.#widest(start)
        return low & 1 ? -(zigzag + 1) / 2 : zigzag / 2
      }
    }
    throw this.fail('a number of more than 64 bits')
  }

  #widest(start: number): number | bigint {
    let zigzag = 0n
    for (let at = this.#at - 1; at >= start; at--) {
      zigzag = (zigzag << 7n) | BigInt((this.#bytes[at] as number) & 0x7f)
    }
    if (zigzag >= 2n ** 64n) throw this.fail('a number of more than 64 bits')
    const value = (zigzag >> 1n) ^ -(zigzag & 1n)
    const inexact = Number(value)
    return Number.isSafeInteger(inexact) ? inexact : value
  }

  /** A whole number that a count, a code or a stamp may be: beyond 2^53 the nearest double. */
  number(): number {
    // Nearly all lengths and counts are of one byte; beyond the end there is none.
    const byte = this.#bytes[this.#at]
    if (byte !== undefined && byte < 0x80) {
      this.#at++
      return (byte >>> 1) ^ -(byte & 1)
    }
    return Number(this.long())
  }

  uint64(): bigint {
    return this.#bytes.readBigUInt64BE(this.#skip(8))
  }

  float(): number {
    return this.#bytes.readFloatLE(this.#skip(4))
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#skip(8))
  }

  string(): string {
    const size = this.number()
    const at = this.#skip(size)
    return this.#bytes.toString('utf8', at, at + size)
  }

  /** A string that is likely to come again, such as the name of a point. */
  name(): string {
    const size = this.number()
    const at = this.#skip(size)
    return names(this.#bytes, at, at + size)
  }

  /** A copy, so that it does not keep the whole message alive. */
  bytes(): Uint8Array {
    const size = this.number()
    const at = this.#skip(size)
    return new Uint8Array(this.#bytes.subarray(at, at + size))
  }

  /** All items of an array, each of at least one byte; so a false count cannot fill the memory. */
  items<T>(read: () => T): T[] {
    const items: T[] = []
    this.each(() => items.push(read()))
    return items
  }

  /** Lets `read` have every item of an array. */
  each(read: () => void): void {
    for (;;) {
      let count = this.number()
      if (count === 0) return
      if (count < 0) {
        count = -count
        this.number()
      }
      if (count > this.left) throw this.fail(`${count} items expected`)
      for (let i = 0; i < count; i++) read()
    }
  }
}
