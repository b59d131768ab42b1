import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { LogSource } from '@mla/cdb'
import type { Recipe } from '@mla/logs'
import { LogBatchWriter, type Micros } from '@mla/model'
import type { Entry } from './entry.ts'
import { type StepEnd, takePart } from './file-step.ts'
import type { Intake } from './intake.ts'
import type { FileState } from './positions.ts'

const headBytes = 256
const partBytes = 512 * 1024
/** A record of several lines is whole when its file has not grown for this long. */
const quietMs = 1_000

export interface TrackedFileParts {
  readonly source: LogSource
  readonly recipe: Recipe
  readonly intake: Intake
  readonly collector: string
  readonly host: string
  readonly lane: string
  readonly partition: number
  readonly now: () => Micros
  readonly put: (entry: Entry) => void
  readonly save: () => Promise<void>
  /** Resolves, with false, when nothing is to be waited for any more. */
  readonly ending: Promise<false>
}

/**
 * One file, read part by part, each part a batch. What a batch is made of is written down before it is sent,
 * and only then: so a collector that was killed makes the same batch again, under the same number,
 * and whoever has it already knows it.
 */
export class TrackedFile {
  readonly handle: FileHandle
  readonly state: FileState
  readonly #parts: TrackedFileParts
  readonly #writer = new LogBatchWriter()

  constructor(handle: FileHandle, state: FileState, parts: TrackedFileParts) {
    this.handle = handle
    this.state = state
    this.#parts = parts
  }

  /** Sends what is new up to the end of the file, or until `isOver`. */
  async readOn(isLast: boolean, isOver: () => boolean): Promise<void> {
    while (!isOver() && (await this.#step(isLast))) {}
  }

  /** One part; false at the end of the file. */
  async #step(isLast: boolean): Promise<boolean> {
    const { state } = this
    const { source, put, save, now } = this.#parts
    const { size, mtimeMs } = await this.handle.stat()
    const isOther = size < state.offset || !(await isSame(this.handle, state))
    if (isOther) this.#begin()
    const from = state.offset
    const most = Math.max(partBytes, source.longestRecord * 2)
    const until = state.sendingTo ?? Math.min(size, from + most)
    if (until <= from) return false
    const bytes = Buffer.allocUnsafe(until - from)
    const { bytesRead } = await this.handle.read(bytes, 0, bytes.length, from)
    const part = bytes.subarray(0, bytesRead)
    if (state.headBytes < headBytes) await this.#rememberHead()

    const isWhole = state.sendingTo !== null || bytesRead === most
    const isEnd = until === size
    const isQuiet = isEnd && now() / 1000 - mtimeMs > quietMs
    const end: StepEnd =
      state.sendingTo !== null || (isLast && isEnd) ? 'last' : isQuiet ? 'quiet' : 'open'
    let used = this.#take(part, mtimeMs * 1000, end)
    // Longer than any record may be, and no end in sight: it is taken as it is.
    if (used === 0 && isWhole) used = this.#take(part, mtimeMs * 1000, 'last')
    if (used === 0) return false

    const { collector, lane, partition } = this.#parts
    const { epoch, sequence } = state
    const count = this.#writer.count
    const batch = this.#writer.seal({ collector, epoch, sequence, lane })
    if (count > 0) {
      state.sendingTo = from + used
      await save()
      const { promise, resolve } = Promise.withResolvers<void>()
      put({ source: source.id, lane, partition, time: now(), ...batch, safe: resolve })
      // A collector that ends before anyone has taken it makes the same batch again next time.
      if (!(await Promise.race([promise.then(() => true), this.#parts.ending]))) return false
      state.sequence++
    }
    state.sendingTo = null
    state.offset = from + used
    return true
  }

  #take(part: Buffer, reference: Micros, end: StepEnd): number {
    const lane = { writer: this.#writer, grown: () => {} }
    const sender = { lane, host: this.#parts.host }
    return takePart(part, { ...this.#parts, sender }, this.#parts.now(), reference, end)
  }

  /** The file was truncated, and maybe written again: what is in it is new. */
  #begin(): void {
    this.#parts.intake.tally.problem('file truncated')
    Object.assign(this.state, beginning(this.state.path, this.#parts.now()))
  }

  async #rememberHead(): Promise<void> {
    const head = await headOf(this.handle, headBytes)
    this.state.headBytes = head.length
    this.state.head = hashOf(head)
  }
}

/** The state of a file of which nothing was read. */
export const beginning = (path: string, epoch: Micros): FileState => ({
  ...{ path, headBytes: 0, head: '', epoch, sequence: 0, offset: 0, sendingTo: null },
})

/** True where the file begins as the one did that the state is of. */
export async function isSame(handle: FileHandle, state: FileState): Promise<boolean> {
  const head = await headOf(handle, state.headBytes)
  if (head.length < state.headBytes) return false
  return state.headBytes === 0 || hashOf(head) === state.head
}

async function headOf(handle: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size)
  const { bytesRead } = await handle.read(bytes, 0, size, 0)
  return bytes.subarray(0, bytesRead)
}

const hashOf = (bytes: Buffer): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 24)
