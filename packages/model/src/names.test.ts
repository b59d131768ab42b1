import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createNames } from './names.ts'

const read = (names: ReturnType<typeof createNames>, text: string): string => {
  const bytes = Buffer.from(`<${text}>`)
  return names(bytes, 1, bytes.length - 1)
}

test('every text is read as it is, in any order and again', () => {
  const names = createNames()
  const texts = ['', 'A', 'Tel01/Mount', 'Tel02/Mount', 'µ', 'Zürich', 'x'.repeat(300), '\0', 'A']
  for (let round = 0; round < 3; round++) {
    for (const text of texts) assert.equal(read(names, text), text)
    texts.reverse()
  }
})

test('names of the same length and beginning are kept apart, whatever came after them before', () => {
  const names = createNames()
  for (const next of ['b1', 'b2', 'b1', 'c', 'b2']) {
    assert.equal(read(names, 'a'), 'a')
    assert.equal(read(names, next), next)
  }
})

test('bytes that are no UTF-8 become what they become without names', () => {
  const names = createNames()
  for (const bytes of [[0xff], [0xc3], [0x41, 0x80], [0xf0, 0x9f]]) {
    const buffer = Buffer.from(bytes)
    for (let i = 0; i < 2; i++) {
      assert.equal(names(buffer, 0, buffer.length), buffer.toString('utf8'))
    }
  }
})

test('more names than it keeps are still read', () => {
  const names = createNames()
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 100_500; i += 1) assert.equal(read(names, `P${i}`), `P${i}`)
  }
})
