import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { buildCdb } from './build.ts'
import { fixture } from './cdb.fixture.ts'
import { parseFile } from './parse-file.ts'
import { createProblems } from './problems.ts'
import type { CdbFile } from './read-files.ts'

const seed = 20_260_601
const inputs = 1_000

/** Mulberry32: small, and the same on every machine. */
function randomOf(start: number): (below: number) => number {
  let state = start
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const fragments = [
  '{',
  '}',
  '[',
  ']',
  ':',
  '- ',
  '&a ',
  '*a',
  '!!binary ',
  '<<: ',
  '"',
  "'",
  '|',
  '>',
  '%',
  '@',
  '#',
  ',',
  '\t',
  '\n',
  '\r',
  '\0',
  '\u2028',
  '\ud800',
  '__proto__: ',
  'constructor: ',
  'toString: ',
  '{1..3}',
  '{n=1..speed}',
  '{speed}',
  '{..}',
  '{,}',
  '{=}',
  'null',
  '~',
  '1e999',
  '.nan',
  '.inf',
  '-0',
  '99999999999999999999',
  '---\n',
  '...\n',
  '? ',
  'template: mount',
  'points: ',
  'kind: array',
  '0x1F',
  '2026-01-01',
]

function mutate(text: string, random: (below: number) => number): string {
  let result = text
  for (let i = random(4); i >= 0; i--) {
    const at = random(result.length + 1)
    const to = Math.min(result.length, at + random(30))
    const fragment = fragments[random(fragments.length)] ?? ''
    const lines = result.split('\n')
    const line = lines[random(lines.length)] ?? ''
    const ways = [
      () => result.slice(0, at) + fragment + result.slice(at),
      () => result.slice(0, at) + result.slice(to),
      () => result.slice(0, at) + fragment.repeat(random(50)) + result.slice(to),
      () => result.slice(0, at) + String.fromCharCode(random(0x10000)) + result.slice(at + 1),
      () => `${result}\n${line}`,
      () => lines.filter((one) => one !== line).join('\n'),
      () => result.replace(line, `  ${line}`),
      () => result.slice(0, at),
    ]
    result = ways[random(ways.length)]?.() ?? result
  }
  return result
}

const observatory = ['sources', 'telescopes', 'enumerations', 'archive-classes'].map((kind) => ({
  file: `${kind}.yaml`,
  kind,
  text: readFileSync(new URL(`../../../cdb/${kind}.yaml`, import.meta.url), 'utf8'),
}))

test(`${inputs} mutated configurations are loaded or refused with problems (seed ${seed})`, () => {
  const random = randomOf(seed)
  let refused = 0
  for (let i = 0; i < inputs; i++) {
    const files: CdbFile[] = fixture().map((one) => {
      const other = observatory.find(({ file }) => file === one.file && random(4) === 0)
      const text = other?.text ?? one.text
      return random(3) === 0 ? { ...one, text: mutate(text, random) } : { ...one, text }
    })
    const result = buildCdb(files, {})
    if (result.ok) continue
    refused++
    assert.ok(result.problems.length > 0, `input ${i}`)
    for (const problem of result.problems) {
      assert.ok(problem.message !== '' && problem.cure !== '', JSON.stringify(problem))
    }
  }
  assert.ok(refused > inputs / 4 && refused < inputs, `${refused} of ${inputs} refused`)
})

/** Texts that have brought parsers down: each must end, with problems. */
const hostile: [name: string, text: string][] = [
  [
    'an alias bomb',
    `a: &a [x]\n${'bcdefghij'.replace(/./g, (c, i: number) => `${c}: &${c} [${`*${'abcdefghi'[i]},`.repeat(9)}]\n`)}`,
  ],
  ['brackets alone', '['.repeat(200_000)],
  ['braces alone', '{a: '.repeat(50_000)],
  ['a deep list', `${'- '.repeat(20_000)}x`],
  ['binary', String.fromCharCode(...Array.from({ length: 10_000 }, (_, i) => (i * 7919) % 256))],
  ['a long line', `a: ${'x'.repeat(3_000_000)}`],
  ['many documents', '---\na: 1\n'.repeat(20_000)],
  ['quotes that do not end', '"'.repeat(100_001)],
]
for (const [name, text] of hostile) {
  test(`${name} is refused`, () => {
    const result = buildCdb(fixture({ 'points/p.yaml': text }), {})
    assert.ok(!result.ok)
    assert.ok(result.problems.length <= 1_001)
  })
}

test('templates that multiply are stopped at a bound', () => {
  const files: Record<string, string> = {
    'telescopes.yaml': 'telescopes: {T: {source: tel01, template: t0}}',
  }
  for (let i = 0; i < 9; i++) {
    files[`templates/t${i}.yaml`] = `include: {'X{0..9}': {template: t${i + 1}}}`
  }
  files['templates/t9.yaml'] = 'points: {"P{0..9}": {type: double}}'
  const result = buildCdb(fixture(files), {})
  assert.ok(!result.ok)
  assert.match(
    result.problems.map(({ message }) => message).join(),
    /more than 500000 points or 50000 uses/,
  )
})

test('20,000 keys in one map are read without comparing each with each', () => {
  const text = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')
  const problems = createProblems()
  assert.equal(Object.keys(parseFile('f', text, problems)?.data ?? {}).length, 20_000)
  assert.equal(problems.count, 0)
})
