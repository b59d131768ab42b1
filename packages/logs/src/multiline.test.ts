import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createJoiner } from './multiline.ts'

const trace = ['2026 Boom', '  at a', '  at b', '2026 next', 'Caused by: x', '2026 last']
const join = (start: RegExp | null, continuation: RegExp | null, mostLines = 500, most = 1000) => {
  const joiner = createJoiner({ start, continuation, mostLines }, most)
  const records: string[] = []
  const take = (bytes: Buffer, from: number, to: number, cut: number) =>
    void records.push(bytes.toString('utf8', from, to) + (cut > 0 ? ` -${cut}` : ''))
  for (const line of trace) joiner.push(Buffer.from(line), 0, line.length, 0, take)
  joiner.flush(take)
  return records
}

test('lines join what began with the start pattern', () => {
  assert.deepEqual(join(/^\d{4} /, null), [
    '2026 Boom\n  at a\n  at b',
    '2026 next\nCaused by: x',
    '2026 last',
  ])
})
test('lines join where they match the continuation pattern', () => {
  assert.deepEqual(join(null, /^\s/), [
    '2026 Boom\n  at a\n  at b',
    '2026 next',
    'Caused by: x',
    '2026 last',
  ])
})
test('a record without an end is bounded by lines and by bytes, and what is cut is counted', () => {
  assert.deepEqual(join(/^\d{4} /, null, 2), [
    '2026 Boom\n  at a',
    '  at b',
    '2026 next\nCaused by: x',
    '2026 last',
  ])
  assert.deepEqual(join(/^\d{4} /, null, 500, 12), [
    '2026 Boom\n   -11',
    '2026 next\nCa -10',
    '2026 last',
  ])
})
