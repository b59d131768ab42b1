import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Entry } from './entry.ts'
import { bodySizeIn, decodeFrame, findFrame, frameHeaderSize } from './spool-frame.ts'

export interface SpoolFile {
  readonly number: number
  readonly path: string
  /** `gaps` holds the markers that stand for a file that was shed. */
  readonly kind: 'spool' | 'gaps'
  /** Bytes that are written and safe. */
  size: number
  /** Where the next frame to read begins. */
  read: number
}

export interface Found {
  /** Empty where nothing but damage was left. */
  readonly group: readonly Entry[]
  /** Behind the frame. */
  readonly end: number
  /** Bytes in front of it that are no frame. */
  readonly damagedBytes: number
}

/** Appends and makes it last, or throws and leaves the file as if nothing had been written. */
export async function writeBehind(file: SpoolFile, bytes: Buffer): Promise<void> {
  const handle = await open(file.path, file.size === 0 ? 'w' : 'r+')
  try {
    await writeAll(handle, bytes, file.size)
    await handle.datasync()
    if (file.size === 0) await syncFolder(file.path)
    file.size += bytes.length
  } catch (error) {
    await handle.truncate(file.size).catch(() => undefined)
    throw error
  } finally {
    await handle.close()
  }
}

/** The first whole frame at or behind `at`; null at the end, a torn frame there included. */
export async function readFrom(file: SpoolFile, at: number): Promise<Found | null> {
  if (at >= file.size) return null
  const handle = await open(file.path, 'r')
  try {
    const header = await readAt(handle, at, frameHeaderSize)
    const size = bodySizeIn(header)
    if (size !== null && at + frameHeaderSize + size <= file.size) {
      const frame = await readAt(handle, at, frameHeaderSize + size)
      const group = decodeFrame(frame)
      if (group !== null) return { group, end: at + frame.length, damagedBytes: 0 }
    }
    return searchFrame(await readAt(handle, at, file.size - at), at)
  } finally {
    await handle.close()
  }
}

/** Looks for the next frame behind damage at the begin of `bytes`, which lie at `offset`. */
function searchFrame(bytes: Buffer, offset: number): Found | null {
  for (let at = findFrame(bytes, 1); at >= 0; at = findFrame(bytes, at + 1)) {
    const group = decodeFrame(bytes.subarray(at))
    const size = bodySizeIn(bytes.subarray(at))
    if (group === null || size === null) continue
    return { group, end: offset + at + frameHeaderSize + size, damagedBytes: at }
  }
  return isTorn(bytes)
    ? null
    : { group: [], end: offset + bytes.length, damagedBytes: bytes.length }
}

/** The begin of a frame that a kill cut short, which nobody was told to be safe. */
function isTorn(bytes: Buffer): boolean {
  if (bytes.length < frameHeaderSize) return true
  const size = bodySizeIn(bytes)
  return size !== null && frameHeaderSize + size > bytes.length
}

async function readAt(handle: FileHandle, at: number, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size)
  const { bytesRead } = await handle.read(bytes, 0, size, at)
  return bytes.subarray(0, bytesRead)
}

async function writeAll(handle: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done)
    done += bytesWritten
  }
}

/** A new file's name is safe only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
