/** Where bytes lie inside a slab. */
export interface Place {
  readonly slab: Buffer
  readonly at: number
  readonly length: number
}

const slabBytes = 1 << 20

/**
 * Keeps many small byte strings in few large buffers: a buffer of its own costs some 250 bytes
 * more than its content. A slab is free when nobody holds a place in it; since what is stored
 * together is dropped together, that is soon.
 */
export function createSlabs(): { store(bytes: Uint8Array): Place } {
  let slab = Buffer.alloc(0)
  let used = 0
  return {
    store(bytes) {
      if (bytes.length > slabBytes >> 2) {
        const own = Buffer.from(bytes)
        return { slab: own, at: 0, length: own.length }
      }
      if (used + bytes.length > slab.length) {
        slab = Buffer.allocUnsafeSlow(slabBytes)
        used = 0
      }
      slab.set(bytes, used)
      const place = { slab, at: used, length: bytes.length }
      used += bytes.length
      return place
    },
  }
}

export const bytesAt = ({ slab, at, length }: Place): Uint8Array => slab.subarray(at, at + length)
