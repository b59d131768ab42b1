import { headerOf } from './codec.ts'
import type { AvroSchema } from './fingerprint.ts'
import { writeLogRecord, writeLogValue } from './log-batch.ts'
import { type LogDraft, textAt } from './log-draft.ts'
import { type LogBatch, type LogRecord, parseProblem, rankOf } from './log-record.ts'
import { logBatchSchemas } from './schemas.ts'
import type { Micros } from './time.ts'
import { AvroWriter } from './wire-writer.ts'

const header = headerOf(logBatchSchemas.at(-1) as AvroSchema)
const ranks = 9
/** INFO, for what does not say. */
const usualRank = 2

/**
 * Builds one encoded LogBatch after the other, record by record, without objects in between: a
 * text of a line goes from the socket's buffer into the batch in one copy.
 */
export class LogBatchWriter {
  readonly #body = new AvroWriter(64 * 1024)
  readonly #head = new AvroWriter(256)
  #count = 0
  #ranks = new Uint32Array(ranks)

  get count(): number {
    return this.#count
  }

  /** Bytes of the records so far. */
  get size(): number {
    return this.#body.length
  }

  /** Adds what a parser made of a line. `source` is UTF-8; `raw` is the line, where it is kept. */
  add(draft: LogDraft, source: Uint8Array, receivedTime: Micros, raw: Uint8Array | null): void {
    const body = this.#body
    const rank = draft.rank < 0 ? usualRank : draft.rank
    body.long(Number.isNaN(draft.time) ? receivedTime : draft.time)
    body.long(receivedTime)
    body.byte(rank << 1)
    body.bytes(source)
    this.#optional(draft, textAt.host)
    this.#optional(draft, textAt.process)
    this.#optional(draft, textAt.thread)
    this.#optional(draft, textAt.file)
    if (draft.line < 0) body.byte(0)
    else {
      body.byte(2)
      body.long(draft.line)
    }
    this.#optional(draft, textAt.routine)
    this.#optional(draft, textAt.audience)
    this.#text(draft, textAt.message)
    this.#fields(draft)
    if (raw === null) body.byte(0)
    else {
      body.byte(2)
      body.bytes(raw)
    }
    body.byte(0)
    this.#counted(rank)
  }

  addRecord(record: LogRecord): void {
    writeLogRecord(this.#body, record)
    this.#counted(rankOf(record.priority))
  }

  /** Adds a record as another batch has it: the bytes that a LogCursor stands on. */
  copy(bytes: Buffer, start: number, end: number, rank: number): void {
    this.#body.copy(bytes, start, end)
    this.#counted(rank)
  }

  /** The batch with its header, and how many records of each rank are in it; begins the next. */
  seal(batch: Omit<LogBatch, 'records'>): { readonly bytes: Buffer; readonly ranks: Uint32Array } {
    const head = this.#head
    head.raw(header)
    head.string(batch.collector)
    head.long(batch.epoch)
    head.long(batch.sequence)
    head.string(batch.lane)
    if (this.#count > 0) {
      head.long(this.#count)
      this.#body.byte(0)
    } else head.byte(0)
    const bytes = Buffer.concat([head.view(), this.#body.view()])
    const counts = this.#ranks
    head.cutTo(0)
    this.#body.cutTo(0)
    this.#count = 0
    this.#ranks = new Uint32Array(ranks)
    return { bytes, ranks: counts }
  }

  #counted(rank: number): void {
    this.#count++
    this.#ranks[rank] = (this.#ranks[rank] as number) + 1
  }

  #optional(draft: LogDraft, text: number): void {
    const from = draft.from[text] as number
    if (from >= 0) {
      this.#body.byte(2)
      this.#body.slice(draft.bytes, from, draft.to[text] as number)
      return
    }
    const value = draft.texts[text] as string | null
    if (value === null) this.#body.byte(0)
    else {
      this.#body.byte(2)
      this.#body.string(value)
    }
  }

  #text(draft: LogDraft, text: number): void {
    const from = draft.from[text] as number
    if (from >= 0) this.#body.slice(draft.bytes, from, draft.to[text] as number)
    else this.#body.string((draft.texts[text] as string | null) ?? '')
  }

  #fields(draft: LogDraft): void {
    const body = this.#body
    const count = draft.fields + (draft.problem === null ? 0 : 1)
    if (count > 0) {
      body.long(count)
      for (let i = 0; i < draft.fields; i++) {
        body.string(draft.names[i] as string)
        const value = draft.values[i]
        if (value === undefined) {
          body.byte(8)
          body.slice(draft.bytes, draft.fieldFrom[i] as number, draft.fieldTo[i] as number)
        } else writeLogValue(body, value)
      }
      if (draft.problem !== null) {
        body.string(parseProblem)
        writeLogValue(body, draft.problem)
      }
    }
    body.byte(0)
  }
}
