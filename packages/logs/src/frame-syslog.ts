import { type Framer, giveCut, Held, type TakeFrame } from './framing.ts'

const newline = 10
/** A longer count is not believed: it would swallow what others sent. */
const mostCounted = 16 * 1024 * 1024
/** `16777216 <191>` */
const longestHead = 15

/**
 * Syslog over a stream (RFC 6587): each frame either begins with its length, `81 <134>…`, or ends
 * with a newline. Told apart at the begin of each frame and nowhere else, least of all in
 * the rest of an over-long one.
 */
export function createSyslogFramer(most: number): Framer {
  const held = new Held(most)
  /** Bytes of a counted frame that are still to come; -1 where a newline ends it. */
  let missing = -1
  /** The begin of a frame that is too short to tell which kind it is. */
  let head: Buffer = Buffer.alloc(0)

  function push(chunk: Buffer, take: TakeFrame): void {
    let bytes = chunk
    let at = 0
    if (head.length > 0) {
      bytes = Buffer.concat([head, chunk])
      head = Buffer.alloc(0)
    } else if (missing >= 0) {
      const size = Math.min(missing, bytes.length)
      held.add(bytes, 0, size)
      missing -= size
      if (missing > 0) return
      at = size
      missing = -1
      held.give(take)
    } else if (!held.isEmpty) {
      const end = bytes.indexOf(newline)
      held.add(bytes, 0, end < 0 ? bytes.length : end)
      if (end < 0) return
      held.give(take)
      at = end + 1
    }
    while (at < bytes.length) {
      const first = bytes[at] as number
      // Some senders end a counted frame with a newline too.
      if (first === newline || first === 0) {
        at++
        continue
      }
      if (first >= 49 && first <= 57) {
        const size = countAt(bytes, at)
        if (size === undecided) {
          head = Buffer.from(bytes.subarray(at))
          return
        }
        if (size !== notCounted) {
          at = bytes.indexOf(32, at) + 1
          if (at + size > bytes.length) {
            missing = size - (bytes.length - at)
            held.add(bytes, at, bytes.length)
            return
          }
          giveCut(take, bytes, at, at + size, most)
          at += size
          continue
        }
      }
      const end = bytes.indexOf(newline, at)
      if (end < 0) {
        held.add(bytes, at, bytes.length)
        return
      }
      giveCut(take, bytes, at, end, most)
      at = end + 1
    }
  }

  return {
    push,
    flush(take) {
      if (head.length > 0) take(head, 0, head.length, 0)
      head = Buffer.alloc(0)
      missing = -1
      if (!held.isEmpty) held.give(take)
    },
    get held() {
      return held.length + head.length
    },
    get pending() {
      return held.length + held.cut + head.length
    },
  }
}

const notCounted = -1
const undecided = -2

/** The length that a frame says, where `digits SP <` begins it. */
function countAt(bytes: Buffer, from: number): number {
  let size = 0
  const last = Math.min(bytes.length, from + longestHead)
  for (let at = from; at < last; at++) {
    const byte = bytes[at] as number
    if (byte >= 48 && byte <= 57) {
      size = size * 10 + byte - 48
      if (size > mostCounted) return notCounted
    } else if (byte === 32) {
      if (at + 1 === bytes.length) return undecided
      return bytes[at + 1] === 60 ? size : notCounted
    } else return notCounted
  }
  return last < from + longestHead ? undecided : notCounted
}
