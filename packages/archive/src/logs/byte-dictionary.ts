/** Numbers texts by their UTF-8 bytes, without making strings of those that it knows. */
export class ByteDictionary {
  readonly texts: string[] = []
  readonly #bytes: Buffer[] = []
  #table = new Int32Array(256).fill(-1)
  #last = -1

  idOf(source: Buffer, from: number, to: number): number {
    if (this.#last >= 0 && same(this.#bytes[this.#last] as Buffer, source, from, to)) {
      return this.#last
    }
    const mask = this.#table.length - 1
    let at = hashOf(source, from, to) & mask
    for (;;) {
      const id = this.#table[at] as number
      if (id < 0) break
      if (same(this.#bytes[id] as Buffer, source, from, to)) {
        this.#last = id
        return id
      }
      at = (at + 1) & mask
    }
    const id = this.texts.length
    this.texts.push(source.toString('utf8', from, to))
    this.#bytes.push(Buffer.from(source.subarray(from, to)))
    this.#table[at] = id
    if (this.texts.length * 2 > this.#table.length) this.#grow()
    this.#last = id
    return id
  }

  #grow(): void {
    this.#table = new Int32Array(this.#table.length * 2).fill(-1)
    const mask = this.#table.length - 1
    this.#bytes.forEach((bytes, id) => {
      let at = hashOf(bytes, 0, bytes.length) & mask
      while ((this.#table[at] as number) >= 0) at = (at + 1) & mask
      this.#table[at] = id
    })
  }
}

function same(known: Buffer, source: Buffer, from: number, to: number): boolean {
  if (known.length !== to - from) return false
  for (let i = 0; i < known.length; i++) if (known[i] !== source[from + i]) return false
  return true
}

function hashOf(source: Buffer, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (source[i] as number), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}
