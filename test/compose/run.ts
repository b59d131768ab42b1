/**
 * Brings up the distributed system with the files that an observatory runs, and tries what an
 * operator fears. Ends with one line: "N passed, N failed". `node test/compose/run.ts [part of a
 * story's name …]` tries the first and those.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeProblems, loadCdb } from '@mla/cdb'
import { provide } from '@mla/stack'
import { smallCdb } from '../system/small-cdb.ts'
import { type Account, createBooks } from './accounts.ts'
import { provideCompose } from './compose-plugin.ts'
import { makeDisk } from './disk.ts'
import { root } from './docker.ts'
import { useDocker } from './dockerd.ts'
import { makeImages } from './images.ts'
import { createStack } from './stack.ts'
import { stories } from './stories.ts'

process.chdir(root)
const wanted = process.argv.slice(2)
const write = (text: string): boolean => process.stdout.write(`${text}\n`)
const say = (text: string): void => {
  if (text !== '') write(`  ${text}`)
}
let [passed, failed] = [0, 0]
try {
  await main()
} catch (error) {
  write(`✖ ${error instanceof Error ? error.message : String(error)}`)
  failed += 1
}
write(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

async function main(): Promise<void> {
  provide(['java', 'maven', 'docker', 'debootstrap'])
  await using undo = new AsyncDisposableStack()
  undo.use(await useDocker())
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void undo.disposeAsync().finally(() => process.exit(1)))
  }
  provideCompose(say)
  const versions = await timed('images', () => makeImages(say))

  const folder = mkdtempSync(join(tmpdir(), 'mla-compose-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true }))
  const small = undo.use(smallCdb(1))
  // Containers read it as another user.
  chmodSync(small.folder, 0o755)
  const env = { MLA_OPCUA_HOST: 'opcua-simulator' }
  const loaded = await loadCdb(small.folder, env)
  if (!loaded.ok) throw new Error(describeProblems(loaded.problems))
  const disks = {
    cassandra: undo.use(makeDisk(join(folder, 'cassandra'), 1500, 999)),
    spool: undo.use(makeDisk(join(folder, 'opcua-collector'), 100, 1000)),
  }
  const stack = undo.use(
    await createStack({
      project: 'mla-test',
      files: [
        'compose/compose.yaml',
        'compose/compose.no-grafana.yaml',
        'test/compose/compose.disks.yaml',
      ],
      cdb: small.folder,
      version: versions.now,
      env: { MLA_TEST_DISKS: folder },
    }),
  )
  const books = createBooks(stack, loaded.cdb, Date.now() * 1000 - 60e6)
  const scene = { stack, cdb: loaded.cdb, books, disks, versions, say }
  for (const [i, story] of stories.entries()) {
    if (i > 0 && wanted.length > 0 && !wanted.some((part) => story.name.includes(part))) continue
    try {
      await timed(story.name, () => story.happen(scene))
      passed += 1
    } catch (error) {
      failed += 1
      write(`✖ ${story.name}\n${indent(error instanceof Error ? error.message : String(error))}`)
      write(indent(await stack.compose(['ps', '--all']).catch(String)))
      write(indent(await stack.compose(['logs', '--tail', '5', '--no-color']).catch(String)))
      // Nothing of the rest can be right then.
      if (i === 0) break
    }
  }
  write(tableOf(books.accounts))
}

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  const result = await work()
  write(`✔ ${name}  ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return result
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '    ')
}

/** What happened, and what became of the samples that were made meanwhile. */
function tableOf(accounts: readonly Account[]): string {
  const columns = ['sent', 'archived', 'lost', 'doubled', 'unmarked', 'seconds'] as const
  const rows = accounts.map((account) =>
    columns.map((column) => String(account[column]).padStart(9)).join(''),
  )
  const head = columns.map((column) => column.padStart(9)).join('')
  const names = ['what happened', ...accounts.map(({ happened }) => happened)]
  const width = Math.max(...names.map((name) => name.length))
  return [head, ...rows].map((row, i) => `${names[i]?.padEnd(width)}${row}`).join('\n')
}
