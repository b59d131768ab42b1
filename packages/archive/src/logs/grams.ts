/**
 * What texts a block may hold: a Bloom filter over pieces of its messages, case-folded. Every run of
 * four letters is a piece, and a quarter (chosen by its hash, so the same for whoever asks) of the
 * runs of six letters and digits with a digit among them. So any part of a message can be asked
 * for, not words only; what is too short to have a piece may be anywhere.
 */
const letterRun = 4
const digitRun = 6
const bitsAPiece = 5
const hashes = 3

/** 0 for what parts runs, 1 to 26 letters, 27 for any byte that is not ASCII, 28 to 37 digits. */
const codes = new Uint8Array(256)
for (let i = 0; i < 26; i++) codes[65 + i] = codes[97 + i] = i + 1
codes.fill(27, 128)
for (let i = 0; i < 10; i++) codes[48 + i] = 28 + i

const lettersMask = (1 << (5 * letterRun)) - 1
const fiveMask = (1 << 30) - 1

const mix = (value: number): number => {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Gathers the pieces of a block's messages. */
export class GramSet {
  readonly #letters = new Uint8Array(1 << (5 * letterRun - 3))
  #letterPieces = new Int32Array(4096)
  #letterCount = 0
  /** Open addressing; 0 is free. */
  #table = new Int32Array(8192)
  #count = 0

  add(bytes: Uint8Array, from: number, to: number): void {
    let letters = 0
    let lettersLong = 0
    let five = 0
    let runLong = 0
    let digitAt = -digitRun
    for (let at = from; at < to; at++) {
      const code = codes[bytes[at] as number] as number
      if (code === 0) {
        runLong = lettersLong = 0
        digitAt = -digitRun
        continue
      }
      const leaves = five >>> 24
      five = ((five << 6) | code) & fiveMask
      runLong++
      if (code < 28) {
        letters = ((letters << 5) | code) & lettersMask
        if (++lettersLong >= letterRun) this.#addLetters(letters)
        if (at - digitAt >= digitRun) continue
      } else {
        lettersLong = 0
        digitAt = at
      }
      if (runLong >= digitRun) {
        const hash = mix(five ^ Math.imul(leaves, 0x9e3779b1))
        if ((hash & 3) === 0) this.#addHash(hash)
      }
    }
  }

  #addLetters(piece: number): void {
    const at = piece >>> 3
    const bit = 1 << (piece & 7)
    const byte = this.#letters[at] as number
    if (byte & bit) return
    this.#letters[at] = byte | bit
    if (this.#letterCount === this.#letterPieces.length) {
      const more = new Int32Array(this.#letterCount * 2)
      more.set(this.#letterPieces)
      this.#letterPieces = more
    }
    this.#letterPieces[this.#letterCount++] = piece
  }

  #addHash(hash: number): void {
    const value = hash | 0 || 4
    const mask = this.#table.length - 1
    let at = (hash >>> 2) & mask
    for (;;) {
      const found = this.#table[at]
      if (found === value) return
      if (found === 0) break
      at = (at + 1) & mask
    }
    this.#table[at] = value
    if (++this.#count * 2 > this.#table.length) this.#grow()
  }

  #grow(): void {
    const old = this.#table
    this.#table = new Int32Array(old.length * 2)
    this.#count = 0
    for (const value of old) if (value !== 0) this.#addHash(value >>> 0)
  }

  /** The filter of all that was added. */
  seal(): Buffer {
    const pieces = this.#letterCount + this.#count
    const filter = Buffer.alloc(Math.max(8, Math.ceil((pieces * bitsAPiece) / 8)))
    for (let i = 0; i < this.#letterCount; i++) {
      setBits(filter, mix(this.#letterPieces[i] as number))
    }
    for (const value of this.#table) if (value !== 0) setBits(filter, value >>> 0)
    return filter
  }

  clear(): void {
    for (let i = 0; i < this.#letterCount; i++) {
      this.#letters[(this.#letterPieces[i] as number) >>> 3] = 0
    }
    this.#letterCount = 0
    this.#table.fill(0)
    this.#count = 0
  }
}

function setBits(filter: Buffer, hash: number): void {
  const bits = filter.length * 8
  const step = mix(hash ^ 0x5bd1e995) | 1
  for (let i = 0; i < hashes; i++) {
    const bit = ((hash + i * step) >>> 0) % bits
    filter[bit >>> 3] = (filter[bit >>> 3] as number) | (1 << (bit & 7))
  }
}

function hasBits(filter: Uint8Array, hash: number): boolean {
  const bits = filter.length * 8
  const step = mix(hash ^ 0x5bd1e995) | 1
  for (let i = 0; i < hashes; i++) {
    const bit = ((hash + i * step) >>> 0) % bits
    if (((filter[bit >>> 3] as number) & (1 << (bit & 7))) === 0) return false
  }
  return true
}

/** The pieces of what is looked for, as hashes; none where it is too short to have one. */
export function gramsOf(text: string): readonly number[] {
  const bytes = Buffer.from(text)
  const found = new Set<number>()
  let [letters, lettersLong, five, runLong, digitAt] = [0, 0, 0, 0, -digitRun]
  bytes.forEach((byte, at) => {
    // A letter beyond ASCII has other bytes in its other case, but as many pieces.
    const code = codes[byte] as number
    const leaves = five >>> 24
    if (code === 0) {
      runLong = lettersLong = 0
      digitAt = -digitRun
      return
    }
    five = ((five << 6) | code) & fiveMask
    runLong++
    if (code < 28) {
      letters = ((letters << 5) | code) & lettersMask
      if (++lettersLong >= letterRun) found.add(mix(letters))
    } else {
      lettersLong = 0
      digitAt = at
    }
    if (runLong < digitRun || at - digitAt >= digitRun) return
    const hash = mix(five ^ Math.imul(leaves, 0x9e3779b1))
    if ((hash & 3) === 0) found.add((hash | 0 || 4) >>> 0)
  })
  return [...found]
}

/** False where a text with these pieces is certainly not in the block. */
export const mayHold = (filter: Uint8Array, grams: readonly number[]): boolean =>
  grams.every((gram) => hasBits(filter, gram))
