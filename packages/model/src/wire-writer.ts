/** Avro's binary encoding (specification 1.12, "Binary Encoding"), as bare reads and writes. */

/** Bytes of the longest long. */
const longest = 10

/** Appends to a buffer that grows; `take` hands out a copy and empties it. */
export class AvroWriter {
  #bytes: Buffer
  #at = 0

  constructor(size = 4096) {
    this.#bytes = Buffer.allocUnsafeSlow(size)
  }

  get length(): number {
    return this.#at
  }

  #room(size: number): void {
    if (this.#at + size <= this.#bytes.length) return
    const wanted = Math.max(Math.ceil(this.#bytes.length * 1.5), this.#at + size)
    const bigger = Buffer.allocUnsafeSlow(wanted)
    this.#bytes.copy(bigger, 0, 0, this.#at)
    this.#bytes = bigger
  }

  byte(value: number): void {
    this.#room(1)
    this.#bytes[this.#at++] = value
  }

  boolean(value: boolean): void {
    this.#room(1)
    this.#bytes[this.#at++] = value ? 1 : 0
  }

  /** A whole number; every one that a double holds exactly, or a bigint of 64 bits. */
  long(value: number | bigint): void {
    this.#room(longest)
    if (typeof value === 'number' && value >= -0x20000000 && value < 0x20000000) {
      let zigzag = (value << 1) ^ (value >> 31)
      while (zigzag & ~0x7f) {
        this.#bytes[this.#at++] = (zigzag & 0x7f) | 0x80
        zigzag >>>= 7
      }
      this.#bytes[this.#at++] = zigzag
    } else if (typeof value === 'number' && Math.abs(value) < 2 ** 52) {
      this.#wide(value < 0 ? -value * 2 - 1 : value * 2)
    } else this.#widest(BigInt(value))
  }

  /** `zigzag` is at least 2^30 and below 2^53. */
  #wide(zigzag: number): void {
    const bytes = this.#bytes
    const low = (zigzag % 0x10000000) | 0
    let high = Math.floor(zigzag / 0x10000000)
    bytes[this.#at++] = (low & 0x7f) | 0x80
    bytes[this.#at++] = ((low >>> 7) & 0x7f) | 0x80
    bytes[this.#at++] = ((low >>> 14) & 0x7f) | 0x80
    bytes[this.#at++] = ((low >>> 21) & 0x7f) | 0x80
    while (high & ~0x7f) {
      bytes[this.#at++] = (high & 0x7f) | 0x80
      high >>>= 7
    }
    bytes[this.#at++] = high
  }

  #widest(value: bigint): void {
    let zigzag = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
    while (zigzag > 0x7fn) {
      this.#bytes[this.#at++] = Number(zigzag & 0x7fn) | 0x80
      zigzag >>= 7n
    }
    this.#bytes[this.#at++] = Number(zigzag)
  }

  uint64(value: number | bigint): void {
    this.#room(8)
    this.#at = this.#bytes.writeBigUInt64BE(BigInt(value), this.#at)
  }

  float(value: number): void {
    this.#room(4)
    this.#at = this.#bytes.writeFloatLE(value, this.#at)
  }

  double(value: number): void {
    this.#room(8)
    this.#at = this.#bytes.writeDoubleLE(value, this.#at)
  }

  bytes(value: Uint8Array): void {
    this.long(value.length)
    this.raw(value)
  }

  string(value: string): void {
    const { length } = value
    this.#room(length * 3 + longest)
    if (length < 64 && this.#ascii(value)) return
    this.long(Buffer.byteLength(value))
    this.#at += this.#bytes.write(value, this.#at, 'utf8')
  }

  /** Short names are nearly always ASCII: for them this is four times faster than the library. */
  #ascii(value: string): boolean {
    const bytes = this.#bytes
    const { length } = value
    const start = this.#at + 1
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i)
      if (code > 127) return false
      bytes[start + i] = code
    }
    bytes[this.#at] = length << 1
    this.#at = start + length
    return true
  }

  raw(value: Uint8Array): void {
    this.#room(value.length)
    this.#bytes.set(value, this.#at)
    this.#at += value.length
  }

  /** A part of a buffer as bytes or, where it is UTF-8, a string. */
  slice(source: Buffer, start: number, end: number): void {
    this.long(end - start)
    this.copy(source, start, end)
  }

  /** A part of a buffer as it is. For a few bytes a loop is faster than the library. */
  copy(source: Buffer, start: number, end: number): void {
    this.#room(end - start)
    const bytes = this.#bytes
    let at = this.#at
    if (end - start > 24) {
      source.copy(bytes, at, start, end)
      at += end - start
    } else for (let from = start; from < end; from++) bytes[at++] = source[from] as number
    this.#at = at
  }

  /** Forgets what was written behind a `length` that it had. */
  cutTo(length: number): void {
    this.#at = length
  }

  /** What is written so far, in place: good until the next write. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  take(): Buffer {
    const copy = Buffer.from(this.view())
    this.#at = 0
    return copy
  }
}
