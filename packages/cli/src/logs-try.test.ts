import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const cdb = fileURLToPath(new URL('../../../cdb', import.meta.url))

/** Runs `mla logs try` on a file with this content. */
function tryOn(recipe: string, content: string, ...more: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'mla-try-'))
  const file = join(folder, 'some.log')
  writeFileSync(file, content)
  const line = ['logs', 'try', recipe, file, '--cdb', cdb, ...more]
  return new Promise<{ code: number; out: string; err: string }>((done) => {
    execFile(process.execPath, [main, ...line], (error, out, err) => {
      rmSync(folder, { recursive: true })
      done({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })
}

test('it shows what each line says, and counts', async () => {
  const { code, out, err } = await tryOn(
    'mirror-controllers',
    'Tel01 21-11-2026 08:00:00.123 W actuator 17 slow\n',
  )
  assert.match(
    out,
    /2026-11-21T08:00:00\.123Z {2}WARNING +Tel01 {2}mirror-controller {2}actuator 17 slow {2}audience=Developer/,
  )
  assert.match(err, /1 records, 100\.0 % understood; with time 1, priority 1, host 1, process 1/)
  assert.equal(code, 0)
})

test('of a line that is not understood it says how far the nearest expression goes', async () => {
  const { code, out, err } = await tryOn('mirror-controllers', 'Tel01 21-11-26 W slow\n')
  assert.match(
    out,
    /not understood: no pattern matches; the nearest describes 6 characters, then wants %\{STAMP:time\}/,
  )
  assert.match(err, /0\.0 % understood[\s\S]*1 times: no pattern matches/)
  assert.equal(code, 1)
})

test('a recipe that there is not says which there are', async () => {
  const { code, err } = await tryOn('sislog', 'x\n')
  assert.match(err, /there is no recipe "sislog"[\s\S]*mirror-controllers, scripts/)
  assert.equal(code, 2)
})
