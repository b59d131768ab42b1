import { readLogRecord } from './log-batch.ts'
import { type LogRecord, type Priority, priorities } from './log-record.ts'
import { createNames } from './names.ts'
import type { Micros } from './time.ts'
import { AvroReader } from './wire-reader.ts'

/** The texts of a record, in the order of the schema: where `ranges` has them. */
export const logTexts = [
  'source',
  'host',
  'process',
  'thread',
  'file',
  'routine',
  'audience',
  'message',
] as const
export type LogText = (typeof logTexts)[number]

const none = -1

/** Of sources and audiences: the same few again and again. */
const names = createNames()

/**
 * Walks an encoded batch record by record and says where in the bytes everything is, without
 * making objects: for whoever must see a hundred thousand a second. Every failure of the bytes
 * is DECODE_FAILED.
 *
 * ```ts
 * const cursor = codec.cursor(bytes)
 * while (cursor.next()) keep(cursor.bytes.subarray(cursor.start, cursor.end), cursor.time)
 * ```
 */
export class LogCursor {
  readonly collector: string
  readonly epoch: Micros
  readonly sequence: number
  readonly lane: string
  /** What all positions are in. */
  readonly bytes: Buffer

  /** Where the record begins, and where the next one does. */
  start = 0
  end = 0
  time: Micros = 0
  receivedTime: Micros = 0
  /** 0 (TRACE) to 8 (EMERGENCY). */
  rank = 0
  /** The line in the source file; -1 for none. */
  line = none
  /** From and to of each of `logTexts`; -1 where the record has none. */
  readonly ranges: Int32Array = new Int32Array(logTexts.length * 2)
  /** How many fields, and where their items lie: see `eachField`. */
  fields = 0
  fieldsStart = 0
  rawStart = none
  rawEnd = none

  readonly #reader: AvroReader
  #left = 0
  #isOver = false

  constructor(reader: AvroReader) {
    this.#reader = reader
    this.bytes = reader.source
    this.collector = reader.string()
    this.epoch = reader.number()
    this.sequence = reader.number()
    this.lane = reader.string()
  }

  /** Goes to the next record; false behind the last one. */
  next(): boolean {
    if (this.#left === 0 && !this.#nextBlock()) return false
    this.#left--
    const reader = this.#reader
    this.start = reader.at
    this.time = reader.number()
    this.receivedTime = reader.number()
    this.rank = reader.number()
    if (priorities[this.rank] === undefined) throw reader.fail('a priority that does not exist')
    this.#text(0)
    for (let text = 1; text <= 4; text++) this.#optional(text)
    this.line = this.#isPresent() ? reader.number() : none
    this.#optional(5)
    this.#optional(6)
    this.#text(7)
    this.#skipFields()
    if (this.#isPresent()) {
      const size = reader.number()
      this.rawStart = reader.at
      reader.skip(size)
      this.rawEnd = reader.at
    } else this.rawStart = this.rawEnd = none
    if (this.#isPresent()) reader.skip(reader.number())
    this.end = reader.at
    return true
  }

  get priority(): Priority {
    return priorities[this.rank] as Priority
  }

  /** A text of the record that is a name, as a string that is made once. */
  name(text: 'source' | 'audience'): string | null {
    const at = logTexts.indexOf(text) * 2
    const from = this.ranges[at] as number
    return from === none ? null : names(this.bytes, from, this.ranges[at + 1] as number)
  }

  /** A text of the record as a string. */
  text(name: LogText): string | null {
    const at = logTexts.indexOf(name) * 2
    const from = this.ranges[at] as number
    return from === none ? null : this.bytes.toString('utf8', from, this.ranges[at + 1])
  }

  /** The whole record as an object. */
  record(): LogRecord {
    return readLogRecord(new AvroReader(this.bytes, this.start))
  }

  #nextBlock(): boolean {
    if (this.#isOver) return false
    const reader = this.#reader
    let count = reader.number()
    if (count < 0) {
      count = -count
      reader.number()
    }
    if (count > reader.left) throw reader.fail(`${count} items expected`)
    this.#left = count
    if (count > 0) return true
    this.#isOver = true
    if (reader.left > 0) throw reader.fail('bytes left over')
    return false
  }

  #isPresent(): boolean {
    const branch = this.#reader.byte()
    if (branch === 0) return false
    if (branch === 2) return true
    throw this.#reader.fail(`union branch byte ${branch}`)
  }

  #text(text: number): void {
    const reader = this.#reader
    const size = reader.number()
    this.ranges[text * 2] = reader.at
    reader.skip(size)
    this.ranges[text * 2 + 1] = reader.at
  }

  #optional(text: number): void {
    if (this.#isPresent()) this.#text(text)
    else this.ranges[text * 2] = this.ranges[text * 2 + 1] = none
  }

  #skipFields(): void {
    const reader = this.#reader
    this.fieldsStart = reader.at
    this.fields = 0
    for (;;) {
      let count = reader.number()
      if (count === 0) return
      if (count < 0) {
        count = -count
        reader.number()
      }
      if (count > reader.left) throw reader.fail(`${count} items expected`)
      this.fields += count
      for (let i = 0; i < count; i++) {
        reader.skip(reader.number())
        this.#skipValue()
      }
    }
  }

  #skipValue(): void {
    const reader = this.#reader
    const branch = reader.byte()
    if (branch === 8) reader.skip(reader.number())
    else if (branch === 4) reader.long()
    else if (branch === 6) reader.skip(8)
    else if (branch === 2) reader.boolean()
    else if (branch !== 0) throw reader.fail(`union branch byte ${branch}`)
  }
}
