import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'

/** A stand-in for a test file: starts a server, tells where, and waits for its end. */
const program = `
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
const { createServerProcess } = await import(${JSON.stringify(`${import.meta.dirname}/server-process.ts`)})
const folder = mkdtempSync(join(tmpdir(), 'mla watchdog-'))
const server = createServerProcess({
  name: 'sleeper', folder, command: 'sh', args: ['-c', 'echo ready; sleep 1000 & wait'],
  ready: /ready/, startWithinMs: 10_000,
})
await server.start()
console.log(folder)
if (process.argv[1] === 'wait') setInterval(() => {}, 1000)
if (process.argv[1] === 'throw') throw new Error('on purpose')
`

const ends: [how: string, signal: NodeJS.Signals | null][] = [
  ['done', null],
  ['throw', null],
  ['wait', 'SIGINT'],
  ['wait', 'SIGTERM'],
  ['wait', 'SIGKILL'],
]

for (const [how, signal] of ends) {
  test(`a server and its files are gone after its owner's end: ${signal ?? how}`, async () => {
    const owner = spawn(process.execPath, ['--input-type=module', '-e', program, how], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const exit = once(owner, 'exit')
    const [line] = await once(owner.stdout.setEncoding('utf8'), 'data')
    const folder = String(line).trim()
    if (signal) {
      const pid = Number(readFileSync(`${folder}/pid`, 'utf8'))
      assert.ok(isRunning(pid))
      owner.kill(signal)
      await exit
      while (isRunning(pid)) await delay(20)
    }
    await exit
    while (existsSync(folder)) await delay(20)
  })
}

/** A zombie does not count: in a container there may be nobody to bury it. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return /^[^Z\s]/.test(stdout)
}
