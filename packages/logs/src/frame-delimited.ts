import { type Framer, giveCut, Held } from './framing.ts'

/** Frames that end with one byte: a newline, or a NUL as GELF has it. */
export function createDelimitedFramer(delimiter: number, most: number): Framer {
  const held = new Held(most)
  return {
    push(chunk, take) {
      let at = 0
      if (!held.isEmpty) {
        const end = chunk.indexOf(delimiter)
        held.add(chunk, 0, end < 0 ? chunk.length : end)
        if (end < 0) return
        held.give(take)
        at = end + 1
      }
      for (;;) {
        const end = chunk.indexOf(delimiter, at)
        if (end < 0) break
        giveCut(take, chunk, at, end, most)
        at = end + 1
      }
      if (at < chunk.length) held.add(chunk, at, chunk.length)
    },
    flush(take) {
      if (!held.isEmpty) held.give(take)
    },
    get held() {
      return held.length
    },
    get pending() {
      return held.length + held.cut
    },
  }
}
