import assert from 'node:assert/strict'
import { globSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { linesOf, runCase } from './conformance.fixture.ts'
import { transferFunctions } from './functions.ts'

/** `testcases/<function>/<name>/`; UPDATE_GOLDEN=1 writes what comes out as what is expected. */
const root = join(import.meta.dirname, '../testcases')
const folders = globSync('*/*/config.json', { cwd: root }).map(dirname).sort()
const update = process.env['UPDATE_GOLDEN'] === '1'

for (const folder of folders) {
  const path = join(root, folder)
  const expected = join(path, 'expected.jsonl')
  test(`${folder} gives what is expected`, () => {
    const sent = runCase(path)
    if (update) writeFileSync(expected, `${sent.join('\n')}\n`)
    assert.deepEqual(sent, linesOf(expected))
  })
  test(`${folder} gives the same when a successor takes over before every line`, () => {
    assert.deepEqual(runCase(path, true), linesOf(expected))
  })
}

test('every transfer function has test cases', () => {
  const covered = new Set(folders.map((folder) => relative('.', folder).split('/')[0]))
  const missing = Object.keys(transferFunctions).filter((name) => !covered.has(name))
  assert.deepEqual(missing, [])
})
