import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { watchOver } from '@mla/stack'
import type { Outcome } from './reporter.ts'
import { say, type Totals } from './totals.ts'

const shownOutputBytes = 8000

/**
 * Runs one test file in a process of its own, which leads a group so that nothing of it is left
 * behind. Says one line, or what failed. A file that hangs, crashes or has no test has failed.
 */
export async function runFile(
  file: string,
  timeoutMs: number,
  env: NodeJS.ProcessEnv,
): Promise<Totals> {
  const folder = mkdtempSync(join(tmpdir(), 'mla-test-'))
  watchOver(folder)
  const outcomes = join(folder, 'outcomes')
  const output = join(folder, 'output')
  const started = performance.now()
  const out = openSync(output, 'w')
  const child = spawn(
    process.execPath,
    [
      `--test-reporter=${join(import.meta.dirname, 'reporter.ts')}`,
      `--test-reporter-destination=${outcomes}`,
      file,
    ],
    { env, stdio: ['ignore', out, out], detached: true },
  )
  closeSync(out)
  const pid = child.pid
  if (pid === undefined) throw new Error(`${process.execPath} does not run`)
  writeFileSync(join(folder, 'pid'), String(pid))
  let isLate = false
  const limit = setTimeout(() => {
    isLate = true
    killGroup(pid)
  }, timeoutMs)
  const [code, signal] = await once(child, 'exit')
  clearTimeout(limit)
  killGroup(pid)
  const seconds = (performance.now() - started) / 1000
  const end = isLate ? `not done after ${timeoutMs / 1000} s` : endOf(code, signal)
  const totals = tell(file, seconds, read(outcomes), end, readFileSync(output, 'utf8'))
  rmSync(folder, { recursive: true, force: true })
  return totals
}

const endOf = (code: number | null, signal: string | null): string | null =>
  code === 0 ? null : `ended with ${signal ?? code}`

function read(outcomes: string): Outcome[] {
  if (!existsSync(outcomes)) return []
  const lines = readFileSync(outcomes, 'utf8').split('\n')
  // The last one is empty, or was cut by the end of the process.
  return lines.slice(0, -1).map((line) => JSON.parse(line))
}

function tell(
  file: string,
  seconds: number,
  outcomes: readonly Outcome[],
  end: string | null,
  output: string,
): Totals {
  const passed = outcomes.filter(({ kind }) => kind === 'passed').length
  const failures = outcomes.flatMap((outcome) => {
    if (outcome.kind === 'failed') return [`${outcome.name}\n${indent(outcome.error)}`]
    // What is skipped says why, or has failed.
    if (outcome.kind === 'skipped' && outcome.reason === '')
      return [`${outcome.name}: skipped without a reason`]
    return []
  })
  if (end !== null && failures.length === 0) failures.push(`${end}${under(outcomes)}`)
  else if (passed + failures.length === 0) failures.push('it has no test that was run')

  const figures = `${passed} passed  ${seconds.toFixed(1)} s`
  if (failures.length === 0) say(`✔ ${file}  ${figures}\n`)
  else {
    const list = failures.map((failure) => `  ✖ ${failure}\n`).join('')
    const said = output.slice(-shownOutputBytes).trimEnd()
    say(`✖ ${file}  ${failures.length} failed, ${figures}\n${list}`)
    if (said !== '') say(`  its output:\n${indent(said)}\n`)
  }
  for (const outcome of outcomes) {
    if (outcome.kind === 'skipped' && outcome.reason !== '')
      say(`  – ${outcome.name}: skipped, ${outcome.reason}\n`)
  }
  return { passed, failed: failures.length }
}

/** The test that was being run when the process ended. */
function under(outcomes: readonly Outcome[]): string {
  const done = new Set(outcomes.filter(({ kind }) => kind !== 'started').map(({ name }) => name))
  const open = outcomes.filter(({ kind, name }) => kind === 'started' && !done.has(name))
  return open.length > 0 ? `, in: ${open.map(({ name }) => name).join(' > ')}` : ''
}

const indent = (text: string): string => text.replace(/^/gm, '    ')

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // Nothing is left of it, as it should be.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
