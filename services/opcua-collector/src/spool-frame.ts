import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Entry } from './entry.ts'

/**
 * A frame of a spool file: the four bytes "MLAf", the length of the body and its CRC-32 (both
 * 32 bits LE), then the body: zstd of the entries. An entry is: length of the key (16), partition
 * (32), samples (32), collected time in microseconds (64, a double), length of the bytes (32), all LE, then
 * key and bytes.
 */
export const frameHeaderSize = 12
const magic = Buffer.from('MLAf')
const entryHeaderSize = 22
/** More than any frame is written with; a longer one is damage. */
const maxBodySize = 64 * 1024 * 1024

export function encodeFrame(entries: readonly Entry[]): Buffer {
  const parts: Uint8Array[] = []
  for (const entry of entries) {
    const key = Buffer.from(entry.key)
    const header = Buffer.alloc(entryHeaderSize)
    header.writeUInt16LE(key.length, 0)
    header.writeInt32LE(entry.partition, 2)
    header.writeUInt32LE(entry.samples, 6)
    header.writeDoubleLE(entry.collectedTime, 10)
    header.writeUInt32LE(entry.bytes.length, 18)
    parts.push(header, key, entry.bytes)
  }
  const body = zstdCompressSync(Buffer.concat(parts))
  const frame = Buffer.alloc(frameHeaderSize + body.length)
  magic.copy(frame)
  frame.writeUInt32LE(body.length, 4)
  frame.writeUInt32LE(crc32(body), 8)
  body.copy(frame, frameHeaderSize)
  return frame
}

/** The length of the body behind a header, or null where it is no header. */
export function bodySizeIn(header: Buffer): number | null {
  if (header.length < frameHeaderSize || !header.subarray(0, 4).equals(magic)) return null
  const size = header.readUInt32LE(4)
  return size <= maxBodySize ? size : null
}

/** The entries of a whole frame, or null where it is damaged. */
export function decodeFrame(frame: Buffer): Entry[] | null {
  const size = bodySizeIn(frame)
  if (size === null || frame.length < frameHeaderSize + size) return null
  const body = frame.subarray(frameHeaderSize, frameHeaderSize + size)
  if (crc32(body) !== frame.readUInt32LE(8)) return null
  try {
    return entriesIn(zstdDecompressSync(body))
  } catch {
    return null
  }
}

/** Where the next frame may begin at or behind `from`; -1 where none does. */
export const findFrame = (bytes: Buffer, from: number): number => bytes.indexOf(magic, from)

function entriesIn(plain: Buffer): Entry[] {
  const entries: Entry[] = []
  for (let at = 0; at < plain.length; ) {
    const keySize = plain.readUInt16LE(at)
    const size = plain.readUInt32LE(at + 18)
    const key = at + entryHeaderSize
    const end = key + keySize + size
    if (end > plain.length) throw new RangeError('an entry beyond its frame')
    entries.push({
      key: plain.toString('utf8', key, key + keySize),
      partition: plain.readInt32LE(at + 2),
      samples: plain.readUInt32LE(at + 6),
      collectedTime: plain.readDoubleLE(at + 10),
      bytes: plain.subarray(key + keySize, end),
    })
    at = end
  }
  return entries
}
