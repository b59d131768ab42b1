import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GramSet, gramsOf, mayHold } from './grams.ts'
import { literalsOf } from './literals.ts'

function filterOf(...messages: readonly string[]): Uint8Array {
  const set = new GramSet()
  for (const message of messages) {
    const bytes = Buffer.from(message)
    set.add(bytes, 0, bytes.length)
  }
  return set.seal()
}

test('no part of a message is ever missed, in any case', () => {
  const alphabet = fc.constantFrom(...'abCD12345678 -_éß')
  const message = fc.array(alphabet, { maxLength: 60 }).map((list) => list.join(''))
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), fc.nat(), fc.nat(), (messages, a, b) => {
      const filter = filterOf(...messages)
      for (const one of messages) {
        const part = one.slice(Math.min(a, b) % 61, Math.max(a, b) % 61)
        assert.ok(mayHold(filter, gramsOf(part.toUpperCase().replaceAll('SS', 'ß'))), part)
      }
    }),
    { numRuns: 1000, seed: 5 },
  )
})

test('a filter that is cleared holds nothing of before', () => {
  const set = new GramSet()
  const bytes = Buffer.from('actuator 1234567890123')
  set.add(bytes, 0, bytes.length)
  set.clear()
  assert.equal(mayHold(set.seal(), gramsOf('actuator')), false)
})

test('most blocks without a text are told apart from the one with it', () => {
  const filters = Array.from({ length: 200 }, (_, i) =>
    filterOf(
      ...Array.from({ length: 500 }, (_, j) => `block blk_${(i * 977 + j * 7919) ** 4} served`),
      ...(i === 7 ? ['the elevation encoder jumped, ticket 918273645'] : []),
    ),
  )
  for (const [text, most] of [
    ['encoder', 5],
    ['918273645', 20],
  ] as const) {
    const found = filters.flatMap((filter, i) => (mayHold(filter, gramsOf(text)) ? [i] : []))
    assert.ok(found.includes(7))
    assert.ok(found.length <= most, `${text}: ${found.length} of 200`)
  }
})

const expressions: [expression: string, literals: string[]][] = [
  ['blk_-\\d+ done$', ['blk_-', ' done']],
  ['error|fail', []],
  ['(?:a)b', []],
  ['colou?r', ['colo', 'r']],
  ['ab+c', ['ab', 'c']],
  ['x{2,3}yz', ['yz']],
  ['a\\.b\\w', ['a.b']],
  ['(abc)+def', ['def']],
  ['[|]abc', []],
  ['\\x41bc', []],
  ['', []],
]
for (const [expression, literals] of expressions) {
  test(`in what /${expression}/ matches there is ${literals.join(' and ') || 'nothing certain'}`, () => {
    assert.deepEqual(literalsOf(expression), literals)
  })
}
