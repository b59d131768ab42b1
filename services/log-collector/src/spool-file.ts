import { open, readFile, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { constants, crc32, zstdCompress, zstdDecompress } from 'node:zlib'
import type { Entry } from './entry.ts'

/**
 * A file of the spool is one group of entries: the bytes "MLAl", the CRC-32 of the rest (LE), then
 * zstd of the entries. An entry is: lengths of source and lane (16 each), partition (32), time
 * (64, a double), nine counts (32 each), length of the bytes (32), all LE, then source, lane, bytes.
 */
const magic = Buffer.from('MLAl')
const headSize = 2 + 2 + 4 + 8 + 9 * 4 + 4
const mostBytes = 256 * 1024 * 1024

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)
const params = { [constants.ZSTD_c_compressionLevel]: 1 }

export async function encodeGroup(entries: readonly Entry[]): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for (const { source, lane, partition, time, ranks, bytes } of entries) {
    const names = [Buffer.from(source), Buffer.from(lane)] as const
    const head = Buffer.alloc(headSize)
    head.writeUInt16LE(names[0].length, 0)
    head.writeUInt16LE(names[1].length, 2)
    head.writeInt32LE(partition, 4)
    head.writeDoubleLE(time, 8)
    ranks.forEach((count, rank) => {
      head.writeUInt32LE(count, 16 + rank * 4)
    })
    head.writeUInt32LE(bytes.length, headSize - 4)
    parts.push(head, ...names, bytes)
  }
  const body = await compress(Buffer.concat(parts), { params })
  const head = Buffer.alloc(8)
  magic.copy(head)
  head.writeUInt32LE(crc32(body), 4)
  return Buffer.concat([head, body])
}

/** The entries of a file's bytes, or null where they are damaged. */
export async function decodeGroup(file: Buffer): Promise<Entry[] | null> {
  const body = file.subarray(8)
  if (!file.subarray(0, 4).equals(magic) || crc32(body) !== file.readUInt32LE(4)) return null
  const plain = await decompress(body, { maxOutputLength: mostBytes })
  const entries: Entry[] = []
  for (let at = 0; at < plain.length; ) {
    const source = at + headSize
    const lane = source + plain.readUInt16LE(at)
    const bytes = lane + plain.readUInt16LE(at + 2)
    const end = bytes + plain.readUInt32LE(at + headSize - 4)
    const ranks = Uint32Array.from({ length: 9 }, (_, rank) =>
      plain.readUInt32LE(at + 16 + rank * 4),
    )
    entries.push({
      source: plain.toString('utf8', source, lane),
      lane: plain.toString('utf8', lane, bytes),
      partition: plain.readInt32LE(at + 4),
      time: plain.readDoubleLE(at + 8),
      ranks,
      bytes: plain.subarray(bytes, end),
    })
    at = end
  }
  return entries
}

export async function readGroup(path: string): Promise<Entry[] | null> {
  return decodeGroup(await readFile(path))
}

/** Puts a file there, whole or not at all, so that it outlives a crash. */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${path}.part`
  try {
    const handle = await open(temporary, 'w')
    try {
      await handle.writeFile(bytes)
      await handle.datasync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
