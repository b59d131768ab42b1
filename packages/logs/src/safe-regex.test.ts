import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileGrok } from './grok.ts'
import { safeRegex } from './safe-regex.ts'

/**
 * Expressions that would take longer than the universe on these texts, did they not change over to
 * the engine of linear time. The test ends, that is what it shows.
 */
const evil: [source: string, text: string][] = [
  ['^(a+)+$', `${'a'.repeat(10_000)}!`],
  ['^(a|a)*$', `${'a'.repeat(10_000)}!`],
  ['^(.*)(.*)(.*)(.*)(.*)(.*)x$', 'y'.repeat(2_000)],
  ['^(\\w+\\s?)*$', `${'word '.repeat(1_000)}!`],
]
for (const [source, text] of evil) {
  test(`${source} ends on a text made against it`, () => {
    const regex = safeRegex(source)
    assert.ok(regex instanceof RegExp)
    assert.equal(regex.test(text), false)
  })
}

const refused: [source: string, why: RegExp][] = [
  ['(a)\\1', /back reference/],
  ['(?=a)a', /look-around/],
  ['(', /Unterminated/],
]
for (const [source, why] of refused) {
  test(`${source} is refused`, () => {
    const result = safeRegex(source)
    assert.ok('problem' in result)
    assert.match(result.problem, why)
  })
}

const groks: [expression: string, problem: RegExp][] = [
  ['%{NOSUCH:x}', /no pattern "NOSUCH"/],
  ['%{A}', /the pattern A uses itself/],
  ['(?<name>x)', /write %\{NAME:field\}/],
  ['%{B}', /longer than/],
]
test('grok expressions that cannot be used say why', () => {
  const own: Record<string, string> = { A: '%{A}', B: '%{C}%{C}%{C}%{C}', C: 'x'.repeat(6_000) }
  for (const [expression, problem] of groks) {
    const result = compileGrok(expression, own)
    assert.ok('problem' in result)
    assert.match(result.problem, problem)
  }
})

test('groups of a pattern do not move the captures', () => {
  const grok = compileGrok('(a|b)[(]%{X:one}\\(%{WORD:two}', { X: '(c|d)(e)?' })
  assert.ok('match' in grok)
  assert.deepEqual(grok.match('a(ce(f'), ['ce', 'f'])
})
