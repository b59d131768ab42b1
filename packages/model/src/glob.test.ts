import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchesGlob } from './glob.ts'

const cases: [pattern: string, text: string, matches: boolean][] = [
  ['Tel01/Mount/Azimuth', 'Tel01/Mount/Azimuth', true],
  ['Tel01/Mount', 'Tel01/Mount/Azimuth', false],
  ['Tel0?/Mount', 'Tel01/Mount', true],
  ['Tel0?', 'Tel0/', false],
  ['Tel*/Mount', 'Tel01/Mount', true],
  ['Tel*', 'Tel01/Mount', false],
  ['*/Mount', 'a/b/Mount', false],
  ['**/Mount', 'a/b/Mount', true],
  ['**/Mount', 'Mount', true],
  ['Tel01/**', 'Tel01/a/b', true],
  ['Tel01/**/b', 'Tel01/b', true],
  ['Tel01/**/b', 'Tel01/x/y/b', true],
  ['**Temp*', 'a/b/ChillerTemperature', true],
  ['**Temp*', 'a/Temp/b', false],
  ['a*b*c', 'aXbYc', true],
  ['a*b*c', 'aXcYb', false],
  ['**', '', true],
  ['**', 'a/b', true],
  ['*', '', true],
]
for (const [pattern, text, matches] of cases) {
  test(`${pattern} ${matches ? 'matches' : 'does not match'} "${text}"`, () => {
    assert.equal(matchesGlob(pattern, text), matches)
  })
}

/** The obvious reading of the same rules, slow. */
function slowly(pattern: string, text: string, at = 0): boolean {
  if (pattern === '') return at === text.length
  const places = Array.from({ length: text.length + 1 - at }, (_, i) => at + i)
  if (pattern.startsWith('**')) {
    const rest = pattern.replace(/^\*+/, '')
    if (places.some((i) => slowly(rest, text, i))) return true
    const atName = places.filter((i) => i === 0 || text[i - 1] === '/')
    return rest.startsWith('/') && atName.some((i) => slowly(rest.slice(1), text, i))
  }
  if (pattern[0] === '*') {
    const slash = text.indexOf('/', at)
    const within = places.filter((i) => slash < 0 || i <= slash)
    return within.some((i) => slowly(pattern.slice(1), text, i))
  }
  const one = text[at]
  if (one === undefined || (pattern[0] === '?' ? one === '/' : pattern[0] !== one)) return false
  return slowly(pattern.slice(1), text, at + 1)
}

test('any pattern matches what the obvious reading says', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '**', '?'), maxLength: 8 })
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 9 })
  fc.assert(
    fc.property(pattern, text, (p, t) =>
      assert.equal(matchesGlob(p, t), slowly(p, t), `${p} on ${t}`),
    ),
    { numRuns: 3000, seed: 1 },
  )
})
