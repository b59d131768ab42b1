import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** Where some bytes lie. */
export interface Place {
  readonly slab: Slab
  readonly at: number
  readonly length: number
}

interface Slab {
  /** Compressed once the slab is full. */
  content: Buffer
  /** Bytes of all places that it was given. */
  used: number
  /** Bytes of those that are still wanted. */
  held: number
  /** By what its content shrank; 1 while it is open. */
  factor: number
}

export interface Slabs {
  store(bytes: Uint8Array): Place
  /** In a buffer that others share. */
  read(place: Place): Uint8Array
  /** Call it once for a place that is not wanted any more. */
  free(place: Place): void
  /** What is held takes so many bytes. */
  readonly bytes: number
}

const slabBytes = 64 * 1024
/** Slabs kept open for reading: neighbours are mostly read together. */
const maxOpened = 64
const fastest = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/**
 * Keeps many small byte strings in fewer, larger buffers, compressed together when they are full:
 * a buffer of its own costs some 250 bytes more than its content, and series of many points are
 * alike. The memory of a slab is free when nobody has a place in it; since what is stored together
 * is dropped together, that is soon.
 */
export function createSlabs(): Slabs {
  let open = newSlab(slabBytes)
  let bytes = 0
  const opened = new Map<Slab, Buffer>()

  const compress = (slab: Slab): void => {
    const compressed = zstdCompressSync(slab.content.subarray(0, slab.used), fastest)
    // It is the front of an output buffer that is larger, which would stay with it.
    slab.content = Buffer.allocUnsafeSlow(compressed.length)
    compressed.copy(slab.content)
    slab.factor = slab.content.length / slab.used
    bytes += slab.held * (slab.factor - 1)
  }

  const contentOf = (slab: Slab): Buffer => {
    if (slab === open) return slab.content
    const content = opened.get(slab) ?? zstdDecompressSync(slab.content)
    // To the end of the map, whose first entries are closed first.
    opened.delete(slab)
    opened.set(slab, content)
    for (const oldest of opened.keys()) {
      if (opened.size <= maxOpened) break
      opened.delete(oldest)
    }
    return content
  }

  return {
    store(code) {
      if (open.used + code.length > open.content.length) {
        if (open.used > 0) compress(open)
        open = newSlab(Math.max(slabBytes, code.length))
      }
      const place = { slab: open, at: open.used, length: code.length }
      open.content.set(code, open.used)
      open.used += code.length
      open.held += code.length
      bytes += code.length
      return place
    },
    read: ({ slab, at, length }) => contentOf(slab).subarray(at, at + length),
    free({ slab, length }) {
      slab.held -= length
      bytes -= length * slab.factor
    },
    get bytes() {
      return Math.round(bytes)
    },
  }
}

const newSlab = (size: number): Slab => ({
  content: Buffer.allocUnsafeSlow(size),
  used: 0,
  held: 0,
  factor: 1,
})
