import type { Micros } from '@mla/model'
import type { Encoded } from '../dead-letter.ts'

/** One message in the log. */
export interface Entry extends Encoded {
  readonly bytes: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

/** What a message costs beside its bytes. */
const overheadBytes = 128

/** The messages of one partition in order of offset, from the oldest that is kept. */
export interface PartitionLog {
  append(entry: Omit<Entry, 'offset'>): void
  /** Offset of the oldest message kept. */
  readonly start: number
  /** Offset that the next message will get. */
  readonly end: number
  readonly bytes: number
  /** When the newest message was appended; 0 where there never was one. */
  readonly newest: Micros
  oldest(): Entry | undefined
  /** Drops the oldest; undefined where there is none. */
  drop(): Entry | undefined
  /** Keeps the newest of each key only, once the others are the greater part. */
  compact(): void
  /** Up to so many bytes (at least one message), from an offset on. */
  read(offset: number, maxBytes: number): readonly Entry[]
  /** Offset of the first message appended at or after a time. */
  offsetAt(time: Micros): number
}

export function createPartitionLog(): PartitionLog {
  let entries: Entry[] = []
  /** Index of the oldest: cutting the array's front off for each one dropped would be quadratic. */
  let head = 0
  let end = 0
  let bytes = 0
  let newest = 0
  let keys = new Set<string | null>()
  const sizeOf = (entry: Entry) => entry.bytes.length + overheadBytes
  const firstIndex = (isAtOrAfter: (entry: Entry) => boolean): number => {
    let [low, high] = [head, entries.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const entry = entries[middle]
      if (entry && !isAtOrAfter(entry)) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    append(entry) {
      const appended = { ...entry, offset: end++ }
      entries.push(appended)
      bytes += sizeOf(appended)
      newest = entry.appendTime
    },
    get start() {
      return entries[head]?.offset ?? end
    },
    get end() {
      return end
    },
    get bytes() {
      return bytes
    },
    get newest() {
      return newest
    },
    oldest: () => entries[head],
    drop() {
      const dropped = entries[head]
      if (!dropped) return undefined
      bytes -= sizeOf(dropped)
      if (++head > 1024 && head > entries.length / 2) {
        entries = entries.slice(head)
        head = 0
      }
      return dropped
    },
    compact() {
      if (entries.length - head < 2 * keys.size + 100) return
      const last = new Map(entries.slice(head).map((entry) => [entry.key, entry.offset]))
      entries = entries.slice(head).filter((entry) => last.get(entry.key) === entry.offset)
      head = 0
      keys = new Set(last.keys())
      bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0)
    },
    read(offset, maxBytes) {
      const from = firstIndex((entry) => entry.offset >= offset)
      let to = from
      for (let size = 0; to < entries.length && size < maxBytes; to++) {
        const entry = entries[to]
        size += entry ? sizeOf(entry) : 0
      }
      return entries.slice(from, to)
    },
    offsetAt: (time) => entries[firstIndex((entry) => entry.appendTime >= time)]?.offset ?? end,
  }
}
