import { gunzipSync, inflateSync } from 'node:zlib'
import type { Micros } from '@mla/model'

/** Why a packet, or a message of several, did not become a frame. */
export type PacketProblem = 'bad chunk' | 'incomplete' | 'too large' | 'bad compression'

export interface PacketLimits {
  /** Bytes of a message, unpacked. */
  readonly mostBytes: number
  /** Messages that wait for chunks, and bytes of all of them. */
  readonly mostPending: number
  readonly mostPendingBytes: number
}

interface Pending {
  readonly parts: (Buffer | undefined)[]
  readonly since: Micros
  left: number
  bytes: number
}

const mostChunks = 128
/** How long a message waits for all its chunks; the standard's number. */
const patience = 5_000_000

/**
 * Makes messages of GELF's UDP packets: puts chunks together and unpacks gzip and zlib, within
 * limits: a bomb, or chunks without end, are problems and no more.
 */
export function createPacketAssembler(limits: PacketLimits) {
  const pending = new Map<string, Pending>()
  let pendingBytes = 0

  function drop(id: string, one: Pending): void {
    pending.delete(id)
    pendingBytes -= one.bytes
  }

  function add(packet: Buffer, sender: string, now: Micros): Buffer | PacketProblem | null {
    if (packet.length < 2) return 'bad chunk'
    if (packet[0] !== 0x1e || packet[1] !== 0x0f) return unpacked(packet, limits.mostBytes)
    const index = packet[10] ?? 0
    const count = packet[11] ?? 0
    if (packet.length < 12 || count === 0 || count > mostChunks || index >= count) {
      return 'bad chunk'
    }
    const id = `${sender} ${packet.toString('hex', 2, 10)}`
    const one = pending.get(id) ?? { parts: [], since: now, left: count, bytes: 0 }
    if (one.parts[index] !== undefined) return null
    // A copy: the packet's memory is used again.
    one.parts[index] = Buffer.from(packet.subarray(12))
    one.left--
    one.bytes += packet.length
    pendingBytes += packet.length
    if (!pending.has(id)) pending.set(id, one)
    if (one.left > 0) return one.bytes > limits.mostBytes ? tooLarge(id, one) : null
    drop(id, one)
    const whole = one.parts.filter((part) => part !== undefined)
    return whole.length === count ? unpacked(Buffer.concat(whole), limits.mostBytes) : 'bad chunk'
  }

  function tooLarge(id: string, one: Pending): PacketProblem {
    drop(id, one)
    return 'too large'
  }

  return {
    /** A whole message, a problem, or null where chunks are missing. */
    add,
    /** Gives up what waited too long, and the oldest of too many; answers how many. */
    expire(now: Micros): number {
      let given = 0
      for (const [id, one] of pending) {
        const isMany = pending.size > limits.mostPending || pendingBytes > limits.mostPendingBytes
        if (now - one.since < patience && !isMany) break
        drop(id, one)
        given++
      }
      return given
    },
    get pendingBytes() {
      return pendingBytes
    },
  }
}

function unpacked(bytes: Buffer, mostBytes: number): Buffer | PacketProblem {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  const isZlib = bytes[0] === 0x78 && ((bytes[0] << 8) | (bytes[1] ?? 0)) % 31 === 0
  try {
    if (isGzip) return gunzipSync(bytes, { maxOutputLength: mostBytes })
    if (isZlib) return inflateSync(bytes, { maxOutputLength: mostBytes })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    return code === 'ERR_BUFFER_TOO_LARGE' ? 'too large' : 'bad compression'
  }
  return bytes.length > mostBytes ? 'too large' : bytes
}
