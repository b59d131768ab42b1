import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { AvroReader, AvroWriter, type Micros, MlaError } from '@mla/model'

/** Records of each priority, TRACE first. */
export type RankCounts = readonly number[]

/** What is known of a block without opening it. */
export interface LogSummary {
  readonly count: number
  readonly counts: RankCounts
  /** By source; null where there are too many to tell. */
  readonly sources: Readonly<Record<string, RankCounts>> | null
  /** Null where there are too many; a record without one is under ''. */
  readonly hosts: readonly string[] | null
}

/** Names a block: replaying the log makes the same names. */
export interface LogBlockKey {
  readonly partition: number
  /** When the log took its first batch. */
  readonly opened: Micros
  /** The offset of its first batch. */
  readonly cut: number
}

/** Sequences of batches that came so far in a partition, by `collector\nepoch\nlane`. */
export type LogLanes = ReadonlyMap<string, number>

export interface LogBlockHead extends LogBlockKey {
  /** The offset behind its last batch, and when the log took that. */
  readonly next: number
  readonly closed: Micros
  /** The earliest and the latest time of its records. */
  readonly first: Micros
  readonly last: Micros
  readonly summary: LogSummary
}

export interface SealedLogBlock extends LogBlockHead {
  readonly batches: number
  readonly lanes: LogLanes
  /** The hours of its records, with source and rank, as `seenKey` writes them. */
  readonly seen: ReadonlySet<string>
  readonly filter: Uint8Array
  readonly data: Uint8Array
}

export const microsPerHour: Micros = 3_600_000_000
export const hourOf = (time: Micros): number => Math.floor(time / microsPerHour)

/** Sources and hosts that a summary names at most. */
export const mostNames = 500
/** Stands for all sources where they are too many. */
export const anySource = '*'

const compressionParams = { [constants.ZSTD_c_compressionLevel]: 3 }
/** What is packed or unpacked comes out in pieces of this size: in one, mostly, and no copy is made. */
const pieceBytes = (expected: number): number =>
  Math.min(4 << 20, Math.max(16 << 10, Math.ceil(expected)))
/** A guard, far above what a cut lets grow. */
const maxUnpackedBytes = 256 * 1024 * 1024

/** Columns of the head: one value a record, in this order. */
export const columns = [
  'time',
  'received',
  'rank',
  'source',
  'host',
  'message',
  'before',
  'after',
] as const

/** Three parts by how often they are read: what filters ask, messages, and all the rest. */
export function packBlock(head: Uint8Array, messages: Uint8Array, rest: Uint8Array): Buffer {
  const parts = [head, messages, rest].map((part) => {
    const chunkSize = pieceBytes(part.length / 4)
    return zstdCompressSync(part, { params: compressionParams, chunkSize })
  })
  const sizes = new AvroWriter(32)
  for (const part of parts) sizes.long(part.length)
  return Buffer.concat([sizes.view(), ...parts])
}

/** Opens the parts of a block when they are asked for. */
export class LogBlockData {
  readonly #parts: Buffer[] = []
  readonly count: number
  /** The batches, by offset and how many records of each are in the block. */
  readonly offsets: Float64Array
  readonly sizes: Int32Array
  readonly sources: readonly string[]
  readonly hosts: readonly string[]
  readonly times: Float64Array
  readonly ranks: Uint8Array
  readonly source: Int32Array
  /** 0 for none, else one more than the index in `hosts`. */
  readonly host: Int32Array
  /** Where the message of a record ends in `messages`; it begins where the one before ends. */
  readonly messageEnds: Int32Array
  readonly #received: Float64Array
  readonly #before: Int32Array
  readonly #restEnds: Int32Array
  #messages: Buffer | null = null
  #rest: Buffer | null = null

  /** Throws ARCHIVE_REFUSED for what cannot be read. */
  constructor(data: Buffer) {
    try {
      const sizes = new AvroReader(data)
      const lengths = [sizes.number(), sizes.number(), sizes.number()]
      let at = sizes.at
      for (const length of lengths) {
        this.#parts.push(data.subarray(at, at + length))
        at += length
      }
      const reader = new AvroReader(unpack(this.#parts[0] as Buffer))
      this.count = reader.number()
      const batches = reader.number()
      this.offsets = new Float64Array(batches)
      this.sizes = new Int32Array(batches)
      let offset = 0
      for (let i = 0; i < batches; i++) {
        offset += reader.number()
        this.offsets[i] = offset
        this.sizes[i] = reader.number()
      }
      this.sources = reader.items(() => reader.string())
      this.hosts = reader.items(() => reader.string())
      this.times = new Float64Array(this.count)
      this.#received = new Float64Array(this.count)
      this.ranks = new Uint8Array(this.count)
      this.source = new Int32Array(this.count)
      this.host = new Int32Array(this.count)
      this.messageEnds = new Int32Array(this.count)
      this.#before = new Int32Array(this.count)
      this.#restEnds = new Int32Array(this.count)
      this.#readColumns(reader)
    } catch (cause) {
      throw new MlaError('ARCHIVE_REFUSED', 'a block of log records cannot be read', { cause })
    }
  }

  #readColumns(reader: AvroReader): void {
    const { count, times } = this
    for (let i = 0, time = 0; i < count; i++) times[i] = time += reader.number()
    for (let i = 0; i < count; i++) {
      this.#received[i] = (times[i] as number) + reader.number()
    }
    for (let i = 0; i < count; i++) this.ranks[i] = reader.byte()
    for (let i = 0; i < count; i++) this.source[i] = reader.number()
    for (let i = 0; i < count; i++) this.host[i] = reader.number()
    for (let i = 0, end = 0; i < count; i++) this.messageEnds[i] = end += reader.number()
    for (let i = 0; i < count; i++) this.#before[i] = reader.number()
    for (let i = 0, end = 0; i < count; i++) {
      this.#restEnds[i] = end += (this.#before[i] as number) + reader.number()
    }
  }

  get messages(): Buffer {
    this.#messages ??= unpack(this.#parts[1] as Buffer)
    return this.#messages
  }

  /** A record's encoding, put together again. */
  encoded(writer: AvroWriter, index: number): Buffer {
    this.#rest ??= unpack(this.#parts[2] as Buffer)
    const [from, to] = [this.messageEnds[index - 1] ?? 0, this.messageEnds[index] as number]
    const begin = this.#restEnds[index - 1] ?? 0
    const middle = begin + (this.#before[index] as number)
    const host = this.host[index] as number
    writer.long(this.times[index] as number)
    writer.long(this.#received[index] as number)
    writer.byte((this.ranks[index] as number) << 1)
    writer.string(this.sources[this.source[index] as number] as string)
    if (host === 0) writer.byte(0)
    else {
      writer.byte(2)
      writer.string(this.hosts[host - 1] as string)
    }
    writer.copy(this.#rest, begin, middle)
    writer.slice(this.messages, from, to)
    writer.copy(this.#rest, middle, this.#restEnds[index] as number)
    return writer.take()
  }
}

const unpack = (part: Buffer): Buffer =>
  zstdDecompressSync(part, {
    maxOutputLength: maxUnpackedBytes,
    chunkSize: pieceBytes(part.length * 10),
  })

export const seenKey = (hour: number, rank: number, source: string): string =>
  `${hour} ${rank} ${source}`

export function parseSeenKey(key: string): { hour: number; rank: number; source: string } {
  const [hour = '', rank = ''] = key.split(' ', 2)
  return {
    hour: Number(hour),
    rank: Number(rank),
    source: key.slice(hour.length + rank.length + 2),
  }
}
