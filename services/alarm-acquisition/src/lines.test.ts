import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLineCutter } from './lines.ts'

/** What comes of pieces: whole lines as they are, cut ones with `…` behind. */
function cut(longest: number, ...pieces: string[]): string[] {
  const lines: string[] = []
  const cutter = createLineCutter(longest)
  const take = (line: Buffer, isWhole: boolean) => lines.push(`${line}${isWhole ? '' : '…'}`)
  for (const piece of pieces) cutter.push(Buffer.from(piece), take)
  cutter.end(take)
  return lines
}

const stories: readonly [what: string, pieces: string[], lines: string[]][] = [
  ['one line', ['abc\n'], ['abc']],
  ['lines in one piece, without empty ones', ['a\n\nb\r\nc'], ['a', 'b', 'c']],
  ['a line in pieces', ['a', 'b', 'c\nd'], ['abc', 'd']],
  ['a line as long as may be', ['12345678\n'], ['12345678']],
  ['a longer one, in one piece', ['123456789\na\n'], ['12345678…', 'a']],
  ['a longer one, in pieces', ['12345', '6789', 'xyz', 'x\na\n'], ['12345678…', 'a']],
  ['one that never ends', ['12345', '6789', 'xyz', 'xyz'], ['12345678…']],
]
for (const [what, pieces, lines] of stories) {
  test(`${what} is cut where it ends`, () => assert.deepEqual(cut(8, ...pieces), lines))
}

test('any cut of the bytes gives the same lines', () => {
  const text = 'ä\nbcd\n\nefgh\r\n'
  const bytes = Buffer.from(text)
  for (let at = 0; at <= bytes.length; at++) {
    const lines: string[] = []
    const cutter = createLineCutter(100)
    for (const piece of [bytes.subarray(0, at), bytes.subarray(at)]) {
      cutter.push(piece, (line) => lines.push(String(line)))
    }
    assert.deepEqual(lines, ['ä', 'bcd', 'efgh'])
  }
})
