import { type Framer, Held, type TakeFrame } from './framing.ts'

const newline = 10
const equals = 61

/**
 * journald's export format: lines `NAME=value`, or `NAME`, a length of 8 bytes and so many bytes; an
 * empty line ends the record. A frame is one record with its last line's newline.
 */
export function createJournalFramer(most: number): Framer {
  const record = new Held(most)
  /** The line that is being read, as far as it is there, and whether a value is being skipped. */
  const line = new Held(Math.min(most, 64 * 1024))
  let sizeBytes = 0
  let size = 0
  let binary = 0
  const one = Buffer.alloc(1)
  let hasEquals = false

  function endLine(take: TakeFrame): void {
    if (line.length === 0 && line.cut === 0) {
      if (!record.isEmpty) record.give(take)
      return
    }
    const isText = hasEquals
    hasEquals = false
    line.give((bytes, from, to, cut) => {
      record.add(bytes, from, to)
      record.cut += cut
    })
    one[0] = newline
    record.add(one, 0, 1)
    if (!isText) {
      sizeBytes = 8
      size = 0
    }
  }

  /** Takes one byte of a length; the value's bytes follow. */
  function sizeByte(chunk: Buffer, at: number): void {
    size += (chunk[at] as number) * 2 ** (8 * (8 - sizeBytes))
    record.add(chunk, at, at + 1)
    // With the newline behind the value.
    if (--sizeBytes === 0) binary = Math.min(size, Number.MAX_SAFE_INTEGER) + 1
  }

  return {
    push(chunk, take) {
      for (let at = 0; at < chunk.length; ) {
        if (sizeBytes > 0) sizeByte(chunk, at++)
        else if (binary > 0) {
          const part = Math.min(binary, chunk.length - at)
          record.add(chunk, at, at + part)
          binary -= part
          at += part
        } else {
          const found = chunk.indexOf(newline, at)
          const end = found < 0 ? chunk.length : found
          hasEquals ||= chunk.subarray(at, end).includes(equals)
          line.add(chunk, at, end)
          if (found >= 0) endLine(take)
          at = end + 1
        }
      }
    },
    flush(take) {
      if (!line.isEmpty) endLine(take)
      sizeBytes = 0
      binary = 0
      if (!record.isEmpty) record.give(take)
    },
    get held() {
      return record.length + line.length
    },
    get pending() {
      return record.length + record.cut + line.length + line.cut
    },
  }
}
