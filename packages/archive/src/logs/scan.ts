import { AvroReader, AvroWriter, type LogRecord, type Micros, readLogRecord } from '@mla/model'
import type { LogPosition } from '../log-port.ts'
import { LogBlockData } from './log-block.ts'
import { formatLogPosition } from './log-position.ts'
import type { FoundBlock } from './log-store.ts'
import type { LogMatcher } from './match.ts'

const scratch = new AvroWriter(64 * 1024)
const isAsciiOnly = (text: string): boolean => Buffer.byteLength(text) === text.length

/** A block that was opened, and the records in it that match, in order. */
export class OpenedBlock {
  readonly block: FoundBlock
  readonly data: LogBlockData
  /** The batch of each record, as an index in `data.offsets`, and its index in that. */
  readonly #batch: Int32Array
  readonly #index: Int32Array
  /** Bytes of messages that were looked through. */
  messageBytes = 0

  constructor(block: FoundBlock, bytes: Buffer) {
    this.block = block
    this.data = new LogBlockData(bytes)
    const { count, sizes } = this.data
    this.#batch = new Int32Array(count)
    this.#index = new Int32Array(count)
    let at = 0
    sizes.forEach((size, batch) => {
      for (let i = 0; i < size; i++, at++) {
        this.#batch[at] = batch
        this.#index[at] = i
      }
    })
  }

  position(record: number): LogPosition {
    return {
      time: this.data.times[record] as number,
      partition: this.block.partition,
      offset: this.data.offsets[this.#batch[record] as number] as number,
      index: this.#index[record] as number,
    }
  }

  record(index: number): LogRecord {
    const encoded = this.data.encoded(scratch, index)
    const id = formatLogPosition(this.position(index))
    return { ...readLogRecord(new AvroReader(encoded)), id }
  }

  /** Records of [from, to) that the block counts for and that match. */
  hits(matcher: LogMatcher, from: Micros, to: Micros): Int32Array {
    const wanted = this.#candidates(matcher, from, to)
    if (matcher.text !== null) this.#withText(wanted, matcher.text)
    const { regex, rest } = matcher
    if (regex !== null) this.#withRegex(wanted, regex)
    const hits: number[] = []
    let isOrdered = true
    let before = Number.NEGATIVE_INFINITY
    for (let i = 0; i < wanted.length; i++) {
      if (wanted[i] !== 1) continue
      if (rest !== null && !rest(this.record(i))) continue
      const time = this.data.times[i] as number
      if (time < before) isOrdered = false
      before = time
      hits.push(i)
    }
    const found = Int32Array.from(hits)
    // Offset and index grow with the number: a sort by time that keeps the order is enough.
    const { times } = this.data
    return isOrdered
      ? found
      : found.sort((a, b) => (times[a] as number) - (times[b] as number) || a - b)
  }

  #candidates(matcher: LogMatcher, from: Micros, to: Micros): Uint8Array {
    const { count, times, ranks, source, host, sources, hosts, offsets } = this.data
    const sourceWanted = sources.map((name) => matcher.source(name))
    const hostWanted = ['', ...hosts].map((name) => matcher.host(name))
    const { skipBelow } = this.block
    const wanted = new Uint8Array(count)
    for (let i = 0; i < count; i++) {
      const time = times[i] as number
      if (
        time >= from &&
        time < to &&
        matcher.ranks[ranks[i] as number] === true &&
        sourceWanted[source[i] as number] === true &&
        hostWanted[host[i] as number] === true &&
        (skipBelow === 0 || (offsets[this.#batch[i] as number] as number) >= skipBelow)
      ) {
        wanted[i] = 1
      }
    }
    return wanted
  }

  /** One search through all messages, in place of one through each. */
  #withText(wanted: Uint8Array, text: string): void {
    const { messages, messageEnds } = this.data
    this.messageBytes += messages.length
    const isAscii = isAsciiOnly(text)
    // What is ASCII in it finds the places; whether all of it is there is seen in the message.
    const needle = isAscii ? text : longestAscii(text)
    if (needle === '') {
      this.#keep(wanted, (message) => message.toLowerCase().includes(text))
      return
    }
    const folded = messages.toString('latin1').toLowerCase()
    const has = new Uint8Array(wanted.length)
    let record = 0
    for (let at = folded.indexOf(needle); at >= 0; ) {
      record = recordAt(messageEnds, at, record)
      const end = messageEnds[record] as number
      if (at + needle.length <= end) {
        has[record] = 1
        at = folded.indexOf(needle, end)
      } else at = folded.indexOf(needle, at + 1)
    }
    for (let i = 0; i < wanted.length; i++) if (has[i] === 0) wanted[i] = 0
    if (!isAscii) this.#keep(wanted, (message) => message.toLowerCase().includes(text))
  }

  #withRegex(wanted: Uint8Array, regex: (message: string) => boolean): void {
    this.messageBytes += this.data.messages.length
    this.#keep(wanted, regex)
  }

  #keep(wanted: Uint8Array, matches: (message: string) => boolean): void {
    const { messages, messageEnds } = this.data
    for (let i = 0; i < wanted.length; i++) {
      if (wanted[i] !== 1) continue
      const from = messageEnds[i - 1] ?? 0
      if (!matches(messages.toString('utf8', from, messageEnds[i]))) wanted[i] = 0
    }
  }
}

/** The first record from `low` on that ends behind a place. */
function recordAt(ends: Int32Array, at: number, low: number): number {
  let high = ends.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ends[middle] as number) > at) high = middle
    else low = middle + 1
  }
  return low
}

const longestAscii = (text: string): string =>
  text
    .split(/[\u0080-\uffff]+/)
    .reduce((best, part) => (part.length > best.length ? part : best), '')
