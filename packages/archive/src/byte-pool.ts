import type { AvroWriter } from '@mla/model'

const segmentBytes = 64
const segmentsPerPage = 1024
const pageBytes = segmentBytes * segmentsPerPage
const none = -1

/**
 * Memory for very many streams of bytes that each grow by a few bytes a second: chains of small
 * segments in shared pages. A buffer for each would cost some 250 bytes beside its content, its
 * growing, and work for the garbage collector.
 */
export class BytePool {
  readonly #pages: Buffer[] = []
  /** What follows each segment in its chain. */
  #next = new Int32Array(0)
  /** The chain of segments that nobody holds. */
  #free = none

  /** A segment that nobody holds. */
  take(): number {
    if (this.#free === none) this.#addPage()
    const segment = this.#free
    this.#free = this.#next[segment] as number
    this.#next[segment] = none
    return segment
  }

  link(segment: number, next: number): void {
    this.#next[segment] = next
  }

  next(segment: number): number {
    return this.#next[segment] as number
  }

  /** Takes back a whole chain. */
  free(first: number, last: number): void {
    this.#next[last] = this.#free
    this.#free = first
  }

  page(segment: number): Buffer {
    return this.#pages[Math.floor(segment / segmentsPerPage)] as Buffer
  }

  #addPage(): void {
    const first = this.#pages.length * segmentsPerPage
    this.#pages.push(Buffer.allocUnsafeSlow(pageBytes))
    const next = new Int32Array(first + segmentsPerPage)
    next.set(this.#next)
    for (let i = 0; i < segmentsPerPage; i++) next[first + i] = first + i + 1
    next[first + segmentsPerPage - 1] = this.#free
    this.#next = next
    this.#free = first
  }
}

/** One stream in a pool. It holds its memory until `release`. */
export class ByteStream {
  readonly #pool: BytePool
  #page: Buffer = Buffer.alloc(0)
  #at = 0
  #end = 0
  #first = none
  #last = none
  #before = 0

  constructor(pool: BytePool) {
    this.#pool = pool
  }

  get length(): number {
    return this.#first === none ? 0 : this.#before + segmentBytes - (this.#end - this.#at)
  }

  byte(value: number): void {
    if (this.#at === this.#end) this.#grow()
    this.#page[this.#at++] = value
  }

  /** A whole number of up to 30 bits as Avro's `long`. */
  small(value: number): void {
    let zigzag = (value << 1) ^ (value >> 31)
    while (zigzag & ~0x7f) {
      this.byte((zigzag & 0x7f) | 0x80)
      zigzag >>>= 7
    }
    this.byte(zigzag)
  }

  raw(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) this.byte(bytes[i] as number)
  }

  copyTo(out: AvroWriter): void {
    let left = this.length
    for (let segment = this.#first; left > 0; segment = this.#pool.next(segment)) {
      const start = (segment % segmentsPerPage) * segmentBytes
      out.copy(this.#pool.page(segment), start, start + Math.min(left, segmentBytes))
      left -= segmentBytes
    }
  }

  /** Gives its memory back; it is empty then. */
  release(): void {
    if (this.#first !== none) this.#pool.free(this.#first, this.#last)
    this.#first = none
    this.#last = none
    this.#at = 0
    this.#end = 0
    this.#before = 0
  }

  #grow(): void {
    const segment = this.#pool.take()
    if (this.#first === none) this.#first = segment
    else {
      this.#pool.link(this.#last, segment)
      this.#before += segmentBytes
    }
    this.#last = segment
    this.#page = this.#pool.page(segment)
    this.#at = (segment % segmentsPerPage) * segmentBytes
    this.#end = this.#at + segmentBytes
  }
}
