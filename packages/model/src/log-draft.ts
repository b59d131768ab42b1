import type { LogValue } from './log-record.ts'
import { createNames } from './names.ts'
import type { Micros } from './time.ts'

/** The texts of a record that a parser finds, in the order of the schema. */
export const draftTexts = [
  'host',
  'process',
  'thread',
  'file',
  'routine',
  'audience',
  'message',
] as const
export type DraftText = (typeof draftTexts)[number]

/** Where `LogDraft` keeps each text. */
export const textAt = {
  host: 0,
  process: 1,
  thread: 2,
  file: 3,
  routine: 4,
  audience: 5,
  message: 6,
} as const satisfies Record<DraftText, number>

const none = -1

/** Of hosts and processes: the same few again and again. */
const names = createNames()

/**
 * What a parser makes of one line, used again for the next one: texts are parts of the line's
 * bytes, so that a line becomes a record of a batch without an object or a string made of it.
 * A text that is not in the line as it is (an escape in JSON) is set as a string instead.
 */
export class LogDraft {
  /** What ranges are parts of. They must be UTF-8. */
  bytes: Buffer = Buffer.alloc(0)
  /** NaN where the line does not say. */
  time: Micros = Number.NaN
  /** 0 (TRACE) to 8; -1 where the line does not say. */
  rank: number = none
  /** The line in the source file; -1 for none. */
  line: number = none
  /** Why it was not, or not wholly, understood; its bytes are then kept. */
  problem: string | null = null
  /** True where the record does not say all that was in the line, so that its bytes are kept. */
  keepsRaw = false
  readonly from: Int32Array = new Int32Array(draftTexts.length).fill(none)
  readonly to: Int32Array = new Int32Array(draftTexts.length)
  readonly texts: (string | null)[] = draftTexts.map(() => null)
  fields = 0
  readonly names: string[] = []
  /** Undefined where the value is a range. */
  readonly values: (LogValue | undefined)[] = []
  readonly fieldFrom: number[] = []
  readonly fieldTo: number[] = []

  reset(bytes: Buffer): void {
    this.bytes = bytes
    this.time = Number.NaN
    this.rank = none
    this.line = none
    this.problem = null
    this.keepsRaw = false
    this.fields = 0
    for (let i = 0; i < draftTexts.length; i++) {
      this.from[i] = none
      this.texts[i] = null
    }
  }

  range(text: number, from: number, to: number): void {
    this.from[text] = from
    this.to[text] = to
    this.texts[text] = null
  }

  text(text: number, value: string): void {
    this.texts[text] = value
    this.from[text] = none
  }

  has(text: number): boolean {
    return this.from[text] !== none || this.texts[text] !== null
  }

  /** The text as a string; null where there is none. */
  read(text: number): string | null {
    const from = this.from[text] as number
    if (from === none) return this.texts[text] as string | null
    return this.bytes.toString('utf8', from, this.to[text])
  }

  /** As `read`, for a text that is a name: a string that is made once. */
  readName(text: number): string | null {
    const from = this.from[text] as number
    if (from === none) return this.texts[text] as string | null
    return names(this.bytes, from, this.to[text] as number)
  }

  fieldRange(name: string, from: number, to: number): void {
    const i = this.fields++
    this.names[i] = name
    this.values[i] = undefined
    this.fieldFrom[i] = from
    this.fieldTo[i] = to
  }

  field(name: string, value: LogValue): void {
    const i = this.fields++
    this.names[i] = name
    this.values[i] = value
  }

  /** A field's value, a range as its text. */
  readField(i: number): LogValue {
    const value = this.values[i]
    if (value !== undefined) return value
    return this.bytes.toString('utf8', this.fieldFrom[i], this.fieldTo[i])
  }
}
