/** Cuts bytes into lines. What is longer than a line may be is cut off, and its rest passed over. */
export interface LineCutter {
  push(chunk: Buffer, take: (line: Buffer, isWhole: boolean) => void): void
  /** What came after the last line end. */
  end(take: (line: Buffer, isWhole: boolean) => void): void
}

const newline = 10

/** Holds at most `longest` bytes of an unfinished line. `isWhole` is false once for each that was cut. */
export function createLineCutter(longest: number): LineCutter {
  let parts: Buffer[] = []
  let held = 0
  let isPassingOver = false

  const whole = (last: Buffer): Buffer => {
    const line = parts.length === 0 ? last : Buffer.concat([...parts, last])
    parts = []
    held = 0
    return line.at(-1) === 13 ? line.subarray(0, -1) : line
  }
  const give = (line: Buffer, take: (line: Buffer, isWhole: boolean) => void): void => {
    if (line.length > longest) take(line.subarray(0, longest), false)
    else if (line.length > 0) take(line, true)
  }
  return {
    push(chunk, take) {
      let from = 0
      for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
        const last = chunk.subarray(from, at)
        from = at + 1
        if (isPassingOver) isPassingOver = false
        else give(whole(last), take)
      }
      if (from === chunk.length || isPassingOver) return
      const rest = chunk.subarray(from)
      if (held + rest.length > longest) {
        give(whole(rest), take)
        isPassingOver = true
        return
      }
      // A copy: the chunk's memory is the socket's.
      parts.push(Buffer.from(rest))
      held += rest.length
    },
    end(take) {
      if (held > 0) give(whole(Buffer.alloc(0)), take)
      isPassingOver = false
    },
  }
}
